"""PyTorch's modules and our layers compute the same with the same weights.

PyTorch need not be installed: its modules are transcribed from its documentation."""

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.interchange import from_torch, to_torch
from tests.interchange.torch_transcription import (
    DIRECTIONS,
    ROWS,
    B,
    D,
    M,
    T,
    built,
    lstm_with,
    state_dict,
    torch_module,
)
from tests.units import normal, randomise


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("directions", [DIRECTIONS[:1], DIRECTIONS], ids=["forward", "both ways"])
@pytest.mark.parametrize("kind", ROWS)
def test_a_state_dict_becomes_layers_that_compute_the_same(kind, directions, bias):
    rng = np.random.default_rng(0)
    state = state_dict(kind, 2, directions, bias, rng)
    y = x = normal(rng, B, T, D)
    for layer in from_torch(state, return_sequences=True):
        y = layer(y)
    np.testing.assert_allclose(y, torch_module(kind, x, state, 2, directions), atol=1e-6)


@pytest.mark.parametrize("directions", [DIRECTIONS[:1], DIRECTIONS], ids=["forward", "both ways"])
@pytest.mark.parametrize("kind", ROWS)
def test_layers_become_a_state_dict_that_computes_the_same(kind, directions):
    rng = np.random.default_rng(1)
    stack = from_torch(state_dict(kind, 2, directions, True, rng), return_sequences=True)
    y = x = normal(rng, B, T, D)
    for layer in stack:
        y = layer(y)
    np.testing.assert_allclose(torch_module(kind, x, to_torch(stack), 2, directions), y, atol=1e-6)


def test_a_gru_whose_update_gate_takes_the_new_is_turned():
    rng = np.random.default_rng(2)
    layer = layers.GRU(M, reset_after=True, return_sequences=True)
    layer.build((None, None, D))
    randomise(layer, rng)
    x = normal(rng, B, T, D)
    expected = torch_module("GRU", x, to_torch([layer]), 1, DIRECTIONS[:1])
    np.testing.assert_allclose(expected, layer(x), atol=1e-6)


def test_only_the_last_layer_leaves_the_sequence():
    state = state_dict("LSTM", 3, DIRECTIONS[:1], True, np.random.default_rng(3))
    assert [layer.return_sequences for layer in from_torch(state)] == [True, True, False]


@pytest.mark.parametrize("module", [layers, keras.layers], ids=["ours", "Keras's"])
def test_a_simple_rnn_with_relu_is_pytorchs(module):
    rng = np.random.default_rng(5)
    layer = randomise(built(module.SimpleRNN(M, activation="relu", return_sequences=True)), rng)
    x = normal(rng, B, T, D)
    state = to_torch([layer])
    a = x @ state["weight_ih_l0"].T + state["bias_ih_l0"] + state["bias_hh_l0"]
    h = np.zeros((B, M), "float32")
    for t in range(T):
        h = np.maximum(a[:, t] + h @ state["weight_hh_l0"].T, 0)
    np.testing.assert_allclose(layer(x)[:, -1], h, atol=1e-6)
    (again,) = from_torch(state, activation="relu")
    np.testing.assert_allclose(again(x), h, atol=1e-6)


def test_double_precision_stays_double():
    state = {name: w.astype("float64") for name, w in lstm_with().items()}
    (layer,) = from_torch(state)
    for name, weight in to_torch([layer]).items():
        assert weight.dtype == "float64"
        if name.startswith("weight"):
            np.testing.assert_array_equal(weight, state[name])


def test_the_other_reading_of_the_gate_computes_the_same():
    rng = np.random.default_rng(9)
    state, x = state_dict("GRU", 1, DIRECTIONS[:1], True, rng), normal(rng, B, T, D)
    (layer,) = from_torch(state, update_gate="new", return_sequences=True)
    expected = torch_module("GRU", x, state, 1, DIRECTIONS[:1])
    np.testing.assert_allclose(layer(x), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ROWS)
def test_the_transcription_is_pytorchs(kind):
    torch = pytest.importorskip("torch", reason="`make test-backends` installs PyTorch")
    module = getattr(torch.nn, kind)(D, M, num_layers=2, bidirectional=True, batch_first=True)
    state = {name: weight.numpy() for name, weight in module.state_dict().items()}
    x = normal(np.random.default_rng(4), B, T, D)
    y = module(torch.tensor(x))[0].detach().numpy()
    np.testing.assert_allclose(torch_module(kind, x, state, 2, DIRECTIONS), y, atol=1e-6)
