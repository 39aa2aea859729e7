"""Law: one step equals the paper in NumPy, a sequence is that step repeated."""

import keras
import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from tests.plain_loop import loop
from tests.transcriptions import looped, transcription
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, UNITS, arrays, each_of, normal, randomise, stored

SIZE = st.integers(1, 5)
SHAPES = {"B": SIZE, "D": SIZE, "M": SIZE, "seed": st.integers(0, 2**32 - 1)}


def drawn(unit, seed, B, D, M, **arguments):
    """A float64 cell with random weights, x (B, D) and previous states (B, M)."""
    rng = np.random.default_rng(seed)
    cell = unit.cell(M, dtype="float64", **arguments)
    cell.build((B, D))
    randomise(cell, rng)
    x = normal(rng, B, D, dtype="float64")
    return cell, x, unit.states_like(rng, B, M, dtype="float64")


def close(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(one), other, rtol=1e-10, atol=1e-10)


@EVERY_UNIT
@settings(max_examples=5)
@given(**SHAPES)
def test_the_equation_with_plain_neurons_is_the_paper(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M)
    passed = loop(cell.equation, stored(cell), x[:, None], list(map(tf.constant, states)))
    close(passed.states[0], transcription(cell.equation)(x, states, arrays(cell)))


@EVERY_UNIT
@settings(max_examples=5)
@given(**SHAPES)
def test_the_cell_is_the_paper(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M)
    output, following = cell(x, states)
    expected = transcription(cell.equation)(x, states, arrays(cell))
    close(following, expected)
    close([output], expected[:1])


@EVERY_UNIT
@settings(max_examples=3)
@given(**SHAPES)
def test_without_bias_the_bias_is_zero(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M, use_bias=False)
    assert "bias" not in arrays(cell)
    with_bias = unit.cell(M)
    with_bias.build((B, D))
    weights = {**arrays(cell), "bias": np.zeros(with_bias.bias.shape)}
    close(cell(x, states)[1], transcription(cell.equation)(x, states, weights))


@EVERY_UNIT
@uncompiled()
def test_the_layer_is_the_paper_at_every_timestep(unit):
    """With and without a tape, from given states and from the unit's own start."""
    rng = np.random.default_rng(3)
    B, T, D, M = 3, 7, 2, 4
    layer = unit.layer(M, dtype="float64", return_sequences=True, return_state=True)
    layer.build((B, T, D))
    randomise(layer, rng)
    x = normal(rng, B, T, D, dtype="float64")
    own = [ops.convert_to_numpy(s) for s in layer.cell.get_initial_state(B)]
    for states in (unit.states_like(rng, B, M, dtype="float64"), own):
        expected = looped(layer.cell.equation, x, states, arrays(layer))
        given_states = None if states is own else states
        with tf.GradientTape():
            swept, *final = layer(x, initial_state=given_states)
        predicted, *last = layer(x, initial_state=given_states)
        for outputs, after in ((swept, final), (predicted, last)):
            close([outputs, *after], [expected[0], *(s[:, -1] for s in expected)])


def dense_on_x_and(x, W_x, W_h, b, activation):
    """A neuron as keras.layers.Dense on the concatenation of x_t and the vector that it reads."""
    dense = keras.layers.Dense(W_h.shape[1], activation=activation, dtype="float64")

    def read(v):
        row = ops.concatenate([x, v], axis=-1)
        dense.build(row.shape)
        dense.set_weights([np.concatenate([W_x, W_h]), b])
        return dense(row)

    return read


def has_dense_neurons(unit):
    """Whether each neuron has its own share of x_t and of one vector, and nothing else."""
    equation, cell = unit.equation, unit.cell(1)
    cell.build((None, 1))
    columns = {w.name: w.shape[-1] for w in cell.weights}
    derived = any(neuron.recurrent for neuron in equation.neurons)
    n = len(equation.neurons)
    return columns == {"kernel": n, "recurrent_kernel": n, "bias": n} and not derived


DENSE = [unit for unit in UNITS if has_dense_neurons(unit)]


def test_the_units_of_dense_neurons():
    assert {unit.name for unit in DENSE} >= {"SimpleRNN", "GRU", "LSTM", "MGU", "SLSTM"}


@each_of(DENSE)
@settings(max_examples=3)
@given(**SHAPES)
def test_a_neuron_is_a_dense_layer_on_x_and_v(unit, seed, B, D, M):
    cell, x, states = drawn(unit, seed, B, D, M)
    equation = cell.equation
    W_x, W_h, b = cell.get_weights()
    if b.ndim == 2:
        # With the reset at 1 nothing stands between the candidate's product and its sum.
        b[:, M : 2 * M] += 1e3
        cell.set_weights([W_x, W_h, b])
        b = b.sum(axis=0)
    neurons = []
    for k, neuron in enumerate(equation.neurons):
        own = np.s_[..., k * M : (k + 1) * M]
        dense = dense_on_x_and(x, W_x[own], W_h[own], b[own], neuron.activation)
        neurons.append(lambda v, gate=None, dense=dense: dense(v))
    following = equation.step(*neurons, *states)
    close(cell(x, states)[1], following if isinstance(following, tuple) else (following,))
