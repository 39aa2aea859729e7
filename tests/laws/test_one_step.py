"""Law: one step equals the docstring in NumPy, and a neuron is a dense layer on [x; v]."""

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from tests.transcriptions import transcription
from tests.units import EVERY_UNIT, normal, randomise

SIZE = st.integers(1, 5)
SHAPES = {"B": SIZE, "D": SIZE, "M": SIZE, "seed": st.integers(0, 2**32 - 1)}


def drawn(unit, seed, B, D, M):
    """A float64 cell with random weights, x (B, D) and previous states (B, M)."""
    rng = np.random.default_rng(seed)
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    x = normal(rng, B, D, dtype="float64")
    states = [normal(rng, B, M, dtype="float64") for _ in range(unit.states)]
    return randomise(cell, rng), x, states


def close(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(one), other, rtol=1e-12, atol=1e-12)


def stepped(equation, neurons, states):
    following = equation.step(*neurons, *states)
    return following if isinstance(following, tuple) else (following,)


@EVERY_UNIT
@settings(max_examples=20)
@given(**SHAPES)
def test_the_equation_is_its_docstring(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M)
    W_x, W_h, b = cell.get_weights()
    b_x, b_h = b if b.ndim == 2 else (b, np.zeros_like(b))

    def neuron(k, activation):
        own = np.s_[..., k * M : (k + 1) * M]

        def read(v, gate=1.0):
            return activation(x @ W_x[own] + b_x[own] + gate * (v @ W_h[own] + b_h[own]))

        return read

    neurons = [neuron(k, n.activation) for k, n in enumerate(cell.equation.neurons)]
    expected = transcription(cell.equation)(x, states, W_x, W_h, b)
    close(stepped(cell.equation, neurons, states), expected)


@EVERY_UNIT
@settings(max_examples=20)
@given(**SHAPES)
def test_the_cell_is_the_docstring(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M)
    output, following = cell(x, states)
    expected = transcription(cell.equation)(x, states, *cell.get_weights())
    close(following, expected)
    close([output], expected[:1])


@EVERY_UNIT
@settings(max_examples=5)
@given(**SHAPES)
def test_without_bias_the_bias_is_zero(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M)
    W_x, W_h, b = cell.get_weights()
    bare = unit.cell(M, dtype="float64", use_bias=False)
    bare.build((B, D))
    bare.set_weights([W_x, W_h])
    expected = transcription(cell.equation)(x, states, W_x, W_h, np.zeros_like(b))
    close(bare(x, states)[1], expected)


def dense_on_x_and(x, W_x, W_h, b, activation):
    """A neuron as keras.layers.Dense on the concatenation of x_t and the vector that it reads."""
    dense = keras.layers.Dense(W_h.shape[1], activation=activation, dtype="float64")

    def read(v):
        row = ops.concatenate([x, v], axis=-1)
        dense.build(row.shape)
        dense.set_weights([np.concatenate([W_x, W_h]), b])
        return dense(row)

    return read


@EVERY_UNIT
@settings(max_examples=5)
@given(**SHAPES)
def test_a_neuron_is_a_dense_layer_on_x_and_v(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M)
    W_x, W_h, b = cell.get_weights()
    equation = cell.equation
    if unit.arguments.get("reset_after"):
        # With the reset at 1 nothing stands between the candidate's product and its sum.
        b[:, M : 2 * M] += 1e3
        cell.set_weights([W_x, W_h, b])
        b = b.sum(axis=0)
    neurons = []
    for k, neuron in enumerate(equation.neurons):
        own = np.s_[..., k * M : (k + 1) * M]
        dense = dense_on_x_and(x, W_x[own], W_h[own], b[own], neuron.activation)
        neurons.append(lambda v, gate=None, dense=dense: dense(v))
    close(cell(x, states)[1], stepped(equation, neurons, states))
