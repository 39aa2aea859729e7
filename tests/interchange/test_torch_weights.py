"""PyTorch's modules and our layers compute the same with the same weights.

PyTorch need not be installed: its modules are transcribed from its documentation.
"""

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.interchange import from_torch, to_torch
from tests.transcriptions import parts, sigmoid
from tests.units import normal, randomise

B, T, D, M = 3, 6, 4, 5
ROWS = {"RNN": 1, "GRU": 3, "LSTM": 4}
DIRECTIONS = ("", "_reverse")


def state_dict(kind, depth, directions, bias, rng):
    """Random weights under PyTorch's names and in its shapes."""
    state = {}
    for n in range(depth):
        inputs = D if n == 0 else M * len(directions)
        for direction in directions:
            shapes = {"weight_ih": (inputs,), "weight_hh": (M,)}
            if bias:
                shapes |= {"bias_ih": (), "bias_hh": ()}
            for name, columns in shapes.items():
                state[f"{name}_l{n}{direction}"] = 0.4 * normal(rng, ROWS[kind] * M, *columns)
    return state


def torch_step(kind, x, h, c, state, suffix):
    """One timestep as the documentation of torch.nn.RNN, GRU and LSTM gives it."""
    zero = np.zeros(ROWS[kind] * M, "float32")
    a = x @ state["weight_ih" + suffix].T + state.get("bias_ih" + suffix, zero)
    u = h @ state["weight_hh" + suffix].T + state.get("bias_hh" + suffix, zero)
    if kind == "RNN":
        return np.tanh(a + u), c
    if kind == "LSTM":
        i, f, g, o = parts(a + u, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c
    (a_r, a_z, a_n), (u_r, u_z, u_n) = parts(a, 3), parts(u, 3)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    return (1 - z) * np.tanh(a_n + r * u_n) + z * h, c


def torch_module(kind, x, state, depth, directions):
    """Outputs (B, T, M · directions) of the stacked, perhaps bidirectional, module."""
    for n in range(depth):
        outputs = []
        for direction in directions:
            h = c = np.zeros((B, M), "float32")
            steps = range(T) if direction == "" else reversed(range(T))
            over_time = np.zeros((B, T, M), "float32")
            for t in steps:
                h, c = torch_step(kind, x[:, t], h, c, state, f"_l{n}{direction}")
                over_time[:, t] = h
            outputs.append(over_time)
        x = np.concatenate(outputs, -1)
    return x


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


def test_what_pytorch_cannot_express_says_why():
    layer = layers.GRU(M)
    layer.build((None, None, D))
    with pytest.raises(ValueError, match="reset_after=True"):
        to_torch([layer])
    with pytest.raises(ValueError, match="no weights yet"):
        to_torch([keras.layers.LSTM(M)])


def test_what_is_no_recurrent_module_says_so():
    with pytest.raises(ValueError, match=r"proj_size"):
        from_torch({"weight_ih_l0": np.zeros((8, 2)), "weight_hr_l0": np.zeros((1, 2))})
    with pytest.raises(ValueError, match=r"3 M or 4 M"):
        from_torch({"weight_ih_l0": np.zeros((4, 2)), "weight_hh_l0": np.zeros((4, 2))})


@pytest.mark.parametrize("kind", ROWS)
def test_the_transcription_is_pytorchs(kind):
    torch = pytest.importorskip("torch")
    module = getattr(torch.nn, kind)(D, M, num_layers=2, bidirectional=True, batch_first=True)
    state = {name: weight.numpy() for name, weight in module.state_dict().items()}
    x = normal(np.random.default_rng(4), B, T, D)
    y = module(torch.tensor(x))[0].detach().numpy()
    np.testing.assert_allclose(torch_module(kind, x, state, 2, DIRECTIONS), y, atol=1e-6)
