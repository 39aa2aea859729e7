"""cuDNN as far as a processor shows it: when it is taken, its weights, what is made of its outputs.

It was never run on a GPU by these tests.
"""

import importlib
from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnnexp.layers import GRU, LSTM, cudnn
from tests.transcriptions.arithmetic import parts, sigmoid
from tests.uncompiled import uncompiled
from tests.units import UNITS, normal, randomise

KERASS = importlib.import_module("keras.src.backend.tensorflow.rnn")
B, T, D, M = 4, 6, 3, 5
SUITED = [unit for unit in UNITS if cudnn.suits(unit.layer(M), gpu=True)]
EVERY_SUITED = pytest.mark.parametrize("unit", SUITED, ids=str)
# Each argument with what cuDNN can do and what it cannot.
CHOICES = {
    "activation": ["tanh", keras.ops.tanh, tf.tanh, "relu"],
    "recurrent_activation": ["sigmoid", tf.sigmoid, "hard_sigmoid"],
    "use_bias": [True, False],
    "unroll": [False, True],
}
MASKS = {
    "none": None,
    "right": np.arange(T) < np.array([[T], [1], [3], [T - 1]]),
    "left": np.arange(T) >= np.array([[0], [1], [3], [T - 1]]),
    "an empty row": np.arange(T) < np.array([[T], [0], [3], [T - 1]]),
    "a hole": np.arange(T) != np.array([[T], [1], [3], [T - 1]]),
}


def cudnn_gru(x, states, W_x, W_h, b):
    """CUDNN_GRU of cudnnRNNForward's documentation, for one timestep."""
    (h,) = states
    (W_i, W_r, W_h_), (R_i, R_r, R_h) = parts(W_x, 3), parts(W_h, 3)
    (b_i, b_r, b_h), (c_i, c_r, c_h) = parts(b[0], 3), parts(b[1], 3)
    i = sigmoid(x @ W_i + h @ R_i + b_i + c_i)
    r = sigmoid(x @ W_r + h @ R_r + b_r + c_r)
    new = np.tanh(x @ W_h_ + r * (h @ R_h + c_h) + b_h)
    return ((1 - i) * new + i * h,)


def cudnn_lstm(x, states, W_x, W_h, b):
    """CUDNN_LSTM of the same, with Keras's one bias as the second and zeros as the first."""
    h, c = states
    i, f, new, o = parts(x @ W_x + h @ W_h + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


def by_cudnn(unit, weights, x, states, mask, backwards):
    """What Keras's routine returns: outputs (B, T, M), zeros where masked, and the last states."""
    step = cudnn_lstm if unit.name == "LSTM" else cudnn_gru
    mask = np.ones((B, T), bool) if mask is None else mask
    order = range(T)[::-1] if backwards else range(T)
    outputs = []
    for t in order:
        following = step(x[:, t], states, *weights)
        states = [
            np.where(mask[:, t, None], new, old) for new, old in zip(following, states, strict=True)
        ]
        outputs.append(np.where(mask[:, t, None], states[0], 0))
    return np.stack(outputs, 1).astype("float32"), [s.astype("float32") for s in states]


def kerass_answer(kind, reset_after=None, **arguments):
    """Whether Keras's condition lets its own layer take cuDNN, were there a GPU."""
    if kind is LSTM:
        return KERASS._do_lstm_arguments_support_cudnn(**arguments)
    return KERASS._do_gru_arguments_support_cudnn(**arguments, reset_after=reset_after)


@pytest.mark.parametrize(("kind", "after"), [(GRU, True), (GRU, False), (LSTM, None)])
def test_it_is_taken_where_keras_would_take_it(kind, after):
    for values in product(*CHOICES.values()):
        arguments = dict(zip(CHOICES, values, strict=True))
        own = {} if after is None else {"reset_after": after}
        layers = {w: kind(2, use_cudnn=w, **arguments, **own) for w in ("auto", True, False)}
        cell = layers[False].cell
        functions = {n: getattr(cell, n) for n in ("activation", "recurrent_activation")}
        allowed = kerass_answer(kind, **{**arguments, **functions}, **own)
        assert cudnn.suits(layers["auto"], gpu=True) is bool(allowed)
        assert not cudnn.suits(layers["auto"], gpu=False)
        assert not cudnn.suits(layers[False], gpu=True)
        if allowed:
            assert cudnn.suits(layers[True], gpu=True)
        else:
            with pytest.raises(ValueError, match=r"use_cudnn=True, but .*; expected"):
                cudnn.suits(layers[True], gpu=True)


def test_the_units_that_it_computes():
    assert {unit.name for unit in SUITED} == {"GRU", "LSTM"}
    for unit in SUITED:
        assert not cudnn.suits(unit.layer(M, recurrent_dropout=0.1), gpu=True)
        assert not cudnn.suits(unit.layer(M, dropout=0.1, implementation=1), gpu=True)
        assert not cudnn.suits(unit.layer(M, residual=True), gpu=True)
        assert not cudnn.suits(unit.layer(M, zoneout=0.1), gpu=True)
        assert cudnn.suits(unit.layer(M, zoneout={"h": 0}), gpu=True)
        assert cudnn.suits(unit.layer(M, learn_initial_state=True, gate_bias="uniform"), gpu=True)
        assert cudnn.suits(unit.layer(M, dropout=0.1), gpu=True)


@EVERY_SUITED
@pytest.mark.skipif(bool(tf.config.list_logical_devices("GPU")), reason="there is a GPU")
def test_to_insist_on_it_without_a_gpu_is_refused(unit):
    with pytest.raises(ValueError, match="TensorFlow sees no GPU"):
        unit.layer(M, use_cudnn=True)(np.zeros((B, T, D), "float32"))


@EVERY_SUITED
@uncompiled()
def test_cudnns_formula_with_the_turned_weights_is_the_layer(unit):
    rng = np.random.default_rng(21)
    x, states = normal(rng, B, T, D), unit.states_like(rng, B, M)
    for backwards, whole, zero, name in product(*[[False, True]] * 3, ["none", "right"]):
        layer = unit.layer(
            M, go_backwards=backwards, return_sequences=whole, zero_output_for_mask=zero
        )
        layer.build(x.shape)
        randomise(layer, rng)
        mask = MASKS[name]
        weights = [np.array(w, "float64") for w in cudnn.weights(layer.cell)]
        outputs, final = by_cudnn(unit, weights, x, states, mask, backwards)
        given = None if mask is None else tf.constant(mask)
        found = cudnn.shown(layer, outputs if whole else outputs[:, -1:], final, given)
        expected = layer.inner_loop(tf.constant(x), list(map(tf.constant, states)), given)
        for one, other in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@EVERY_SUITED
def test_the_turned_weights_are_kerass(unit):
    layer = unit.layer(M)
    layer.build((B, T, D))
    randomise(layer, np.random.default_rng(22))
    for turned, moved in zip(
        cudnn.weights(layer.cell), unit.moved(layer.get_weights()), strict=True
    ):
        np.testing.assert_array_equal(turned, moved)


def test_right_padded_is_what_keras_asserts():
    for name, mask in MASKS.items():
        if mask is not None:
            assert bool(cudnn.right_padded(tf.constant(mask))) == (name == "right"), name


@EVERY_SUITED
@pytest.mark.skipif(bool(tf.config.list_logical_devices("GPU")), reason="there is a GPU")
def test_without_cudnn_after_all_and_for_other_masks_the_loop_runs(unit):
    rng = np.random.default_rng(23)
    layer, x = unit.layer(M, return_sequences=True), tf.constant(normal(rng, B, T, D))
    layer.build(x.shape)
    states = list(map(tf.constant, unit.states_like(rng, B, M)))
    for mask in MASKS.values():
        mask = None if mask is None else tf.constant(mask)

        def loop(mask=mask):
            return layer.inner_loop(x, states, mask)

        def run(mask=mask, loop=loop):
            return cudnn.run(layer, x, states, mask, loop)

        found, expected = tf.nest.flatten(run()), tf.nest.flatten(loop())
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, other)
