"""Layers that PyTorch's modules cannot express, and invalid state dicts."""

import re

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
)


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
        "return_sequences=False",
    ),
    "another layer": (lambda: [built(layers.LSTM(M)), keras.layers.Dense(2)], "is a Dense"),
    "cells": (lambda: [built(keras.layers.RNN(layers.LSTMCell(M)))], "is a RNN"),
    "no layer": (lambda: ["LSTM"], "contains str"),
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
