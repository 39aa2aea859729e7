"""Law: z = 0 copies the old state bit for bit, z = 1 forgets it; f = 1, i = 0 keep the memory."""

import numpy as np
import pytest
import tensorflow as tf

from tests.units import UNITS, Unit, normal, randomise

B, T, D, M = 3, 6, 2, 4
SHUT, OPEN = -1e4, 1e4  # biases at which a sigmoid is exactly 0 and 1 in float32
GRUS = pytest.mark.parametrize("unit", [u for u in UNITS if u.name == "GRU"], ids=str)
LSTM = next(unit for unit in UNITS if unit.name == "LSTM")


def with_gates(unit: Unit, rng, **biases):
    """A layer with random weights in which the biases of the named neurons are given."""
    layer = unit.layer(M, return_sequences=True, return_state=True)
    layer.build((B, T, D))
    randomise(layer, rng)
    kernel, recurrent_kernel, bias = layer.get_weights()
    for k, neuron in enumerate(layer.cell.equation.neurons):
        if neuron.name in biases:
            bias[..., k * M : (k + 1) * M] = biases[neuron.name]
    layer.set_weights([kernel, recurrent_kernel, bias])
    return layer


def run(layer, x, *initial_state):
    """The outputs (B, T, M) and the last states."""
    outputs, *states = layer(x, initial_state=list(map(tf.constant, initial_state)))
    return outputs.numpy(), [s.numpy() for s in states]


@GRUS
def test_an_update_gate_that_keeps_copies_the_state(unit):
    rng = np.random.default_rng(0)
    h = normal(rng, B, M)
    keeps = OPEN if unit.arguments.get("update_gate") == "keep" else SHUT
    outputs, (final,) = run(with_gates(unit, rng, z=keeps), normal(rng, B, T, D), h)
    np.testing.assert_array_equal(outputs, np.repeat(h[:, None], T, axis=1))
    np.testing.assert_array_equal(final, h)


@GRUS
def test_an_update_gate_that_takes_the_candidate_forgets(unit):
    """With the reset shut too, so that the candidate does not read the old state either."""
    rng = np.random.default_rng(1)
    takes = SHUT if unit.arguments.get("update_gate") == "keep" else OPEN
    layer = with_gates(unit, rng, z=takes, r=SHUT)
    x = normal(rng, B, T, D)
    one, _ = run(layer, x, normal(rng, B, M))
    other, _ = run(layer, x, normal(rng, B, M))
    np.testing.assert_array_equal(one, other)


@GRUS
def test_the_same_bias_means_the_opposite_in_the_other_convention(unit):
    """z at 1 keeps with update_gate="keep" and only there."""
    rng = np.random.default_rng(3)
    h = normal(rng, B, M)
    _, (final,) = run(with_gates(unit, rng, z=OPEN), normal(rng, B, T, D), h)
    assert np.array_equal(final, h) == (unit.arguments.get("update_gate") == "keep")


def test_an_open_forget_and_a_shut_input_gate_keep_the_memory():
    rng = np.random.default_rng(4)
    h, c = normal(rng, B, M), normal(rng, B, M)
    _, (_, final) = run(with_gates(LSTM, rng, f=OPEN, i=SHUT), normal(rng, B, T, D), h, c)
    np.testing.assert_array_equal(final, c)


def test_a_shut_forget_gate_loses_the_memory():
    """c_1 then depends on h_0 through the other gates, and on c_0 not at all."""
    rng = np.random.default_rng(5)
    layer = with_gates(LSTM, rng, f=SHUT)
    x, h = normal(rng, B, T, D), normal(rng, B, M)
    one, _ = run(layer, x, h, normal(rng, B, M))
    other, _ = run(layer, x, h, normal(rng, B, M))
    np.testing.assert_array_equal(one, other)
