"""PyTorch's modules and our layers compute the same with the same weights.

PyTorch need not be installed: its modules are transcribed from its documentation.
"""

import re

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


def built(layer, features=D):
    layer.build((None, None, features))
    return layer


def stack_of(kind, first, second, features=M):
    """Two layers, the second of which differs."""
    one = built(kind(M, return_sequences=True, **first))
    return [one, built(kind(**{"units": M, **first, **second}), features)]


def both_ways(**arguments):
    layer = layers.LSTM(M)
    return built(keras.layers.Bidirectional(layer, **arguments))


AFTER = {"reset_after": True}
INEXPRESSIBLE = {
    "relu in an LSTM": (lambda: [built(layers.LSTM(M, activation="relu"))], "activation='relu'"),
    "relu in a GRU": (
        lambda: [built(layers.GRU(M, activation="relu", **AFTER))],
        "activation='relu'",
    ),
    "elu": (lambda: [built(layers.SimpleRNN(M, activation="elu"))], "activation='elu'"),
    "a lambda": (lambda: [built(layers.LSTM(M, activation=lambda x: x))], "activation='<lambda>'"),
    "none": (lambda: [built(layers.SimpleRNN(M, activation=None))], "activation='linear'"),
    "hard gates": (
        lambda: [built(layers.LSTM(M, recurrent_activation="hard_sigmoid"))],
        "hard_sigmoid",
    ),
    "hard gates, GRU": (
        lambda: [built(layers.GRU(M, recurrent_activation="hard_sigmoid", **AFTER))],
        "recurrent_activation='hard_sigmoid'",
    ),
    "tanh gates": (lambda: [built(layers.LSTM(M, recurrent_activation="tanh"))], "gates"),
    "reset before": (lambda: [built(layers.GRU(M))], "reset_after=True"),
    "backwards": (lambda: [built(layers.LSTM(M, go_backwards=True))], "go_backwards"),
    "backwards first": (
        lambda: [
            built(
                keras.layers.Bidirectional(
                    layers.LSTM(M, go_backwards=True), backward_layer=layers.LSTM(M)
                )
            )
        ],
        "go_backwards",
    ),
    "sum": (lambda: [both_ways(merge_mode="sum")], "merge_mode='sum'"),
    "mul": (lambda: [both_ways(merge_mode="mul")], "merge_mode='mul'"),
    "ave": (lambda: [both_ways(merge_mode="ave")], "merge_mode='ave'"),
    "apart": (lambda: [both_ways(merge_mode=None)], "merge_mode=None"),
    "not built": (lambda: [keras.layers.LSTM(M)], "no weights yet"),
    "sizes": (lambda: stack_of(layers.LSTM, {}, {"units": M + 1}), "differ in units"),
    "biases": (lambda: stack_of(layers.GRU, AFTER, {"use_bias": False}), "differ in use_bias"),
    "nonlinearities": (
        lambda: stack_of(layers.SimpleRNN, {}, {"activation": "relu"}),
        "in activation",
    ),
    "dtypes": (lambda: stack_of(layers.LSTM, {}, {"dtype": "float64"}), "differ in dtype"),
    "kinds": (
        lambda: [built(layers.LSTM(M, return_sequences=True)), built(layers.SimpleRNN(M), M)],
        "differ in kind",
    ),
    "numbers of directions": (
        lambda: [both_ways(), built(layers.LSTM(M), 2 * M)],
        "return_sequences",
    ),
    "widths": (lambda: stack_of(layers.LSTM, {}, {}, features=M + 2), "takes 7 features"),
    "only the last output": (
        lambda: [built(layers.LSTM(M)), built(layers.LSTM(M), M)],
        "leave the seq",
    ),
    "another layer": (lambda: [built(layers.LSTM(M)), keras.layers.Dense(2)], "is a Dense"),
    "cells": (lambda: [built(keras.layers.RNN(layers.LSTMCell(M)))], "is a RNN"),
    "no layer": (lambda: ["LSTM"], "holds str"),
    "no list": (lambda: layers.LSTM(M), "a list of recurrent layers"),
    "nothing": (lambda: [], "a list of recurrent layers"),
}


@pytest.mark.parametrize(("stack", "says"), INEXPRESSIBLE.values(), ids=INEXPRESSIBLE)
def test_what_pytorch_cannot_express_is_refused(stack, says):
    with pytest.raises(ValueError, match=re.escape(says)) as refused:
        to_torch(stack())
    assert "\n" not in str(refused.value)


def test_a_stateful_layer_is_refused():
    layer = layers.LSTM(M, stateful=True)
    layer.build((B, T, D))
    with pytest.raises(ValueError, match="stateful"):
        to_torch([layer])


def test_dropout_is_warned_of():
    layer = built(layers.LSTM(M, dropout=0.2))
    with pytest.warns(UserWarning, match="dropout"):
        assert set(to_torch([layer])) == {
            f"{name}_l0" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }


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


@pytest.mark.parametrize("kind", ROWS)
def test_every_key_that_is_missing_is_named(kind):
    state = state_dict(kind, 2, DIRECTIONS, True, np.random.default_rng(6))
    for name in state:
        without = {key: value for key, value in state.items() if key != name}
        with pytest.raises(ValueError, match=f"lacks .*{name}"):
            from_torch(without)


@pytest.mark.parametrize("kind", ROWS)
def test_every_array_of_another_shape_or_type_is_named(kind):
    state = state_dict(kind, 2, DIRECTIONS, True, np.random.default_rng(7))
    for name, value in state.items():
        for wrong in (value[:-1], value[..., :-1], value[None], value[0], np.zeros((0, 2), "f")):
            with pytest.raises(ValueError, match=r"weight_|bias_"):
                from_torch({**state, name: wrong})
        for wrong in (None, "weights", value.astype("int64"), value.astype(complex), [[1.0], []]):
            with pytest.raises(TypeError, match=name):
                from_torch({**state, name: wrong})
        with pytest.raises(TypeError, match="float32, float64"):
            from_torch({**state, name: value.astype("float64")})


def lstm_with(**more):
    return {**state_dict("LSTM", 1, DIRECTIONS[:1], True, np.random.default_rng(8)), **more}


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (lstm_with(weight_hr_l0=np.zeros((1, 2))), "proj_size"),
        (lstm_with(weight_ih_l00=np.zeros((8, 2), "f")), "weight_ih_l00"),
        (lstm_with(weight_ih_l999999999=np.zeros((8, 2), "f")), "lacks weight_ih_l1"),
        ({f"net.lstm.{name}": w for name, w in lstm_with().items()}, r"model.net.lstm.state_dict"),
        ({"0.weight": np.zeros(2)}, "torch.nn.RNN"),
        ({}, "torch.nn.RNN"),
        (
            {"weight_ih_l0": np.zeros((4, 2), "f"), "weight_hh_l0": np.zeros((4, 2), "f")},
            "3 M or 4 M",
        ),
    ],
)
def test_other_names_are_refused(state, says):
    with pytest.raises(ValueError, match=says) as refused:
        from_torch(state)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 500


@pytest.mark.parametrize("state", [None, [1, 2], "state", np.zeros(3)], ids=str)
def test_what_is_no_mapping_is_refused(state):
    with pytest.raises(TypeError, match="state dict"):
        from_torch(state)


def test_arguments_that_the_state_decides_are_refused():
    for name in ("units", "use_bias", "reset_after", "go_backwards"):
        with pytest.raises(ValueError, match=f"{name} follows from the state"):
            from_torch(lstm_with(), **{name: 1})


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
    torch = pytest.importorskip("torch")
    module = getattr(torch.nn, kind)(D, M, num_layers=2, bidirectional=True, batch_first=True)
    state = {name: weight.numpy() for name, weight in module.state_dict().items()}
    x = normal(np.random.default_rng(4), B, T, D)
    y = module(torch.tensor(x))[0].detach().numpy()
    np.testing.assert_allclose(torch_module(kind, x, state, 2, DIRECTIONS), y, atol=1e-6)
