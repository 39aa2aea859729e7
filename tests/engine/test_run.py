"""From weights and sequences to the sweep: what the layers do not ask for."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.run import run
from tests.plain_loop import Added, loop
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, SIMPLE_RNN, normal, randomise, stored

B, T, D, M = 3, 5, 2, 4
SLOWLY_WITHOUT = pytest.param(False, marks=pytest.mark.slow)


def drawn(unit, **arguments):
    """A cell with random weights, x (B, T, D) and initial states, in float64."""
    rng = np.random.default_rng(31)
    cell = unit.cell(M, dtype="float64", **arguments)
    cell.build((B, D))
    randomise(cell, rng)
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    return cell, x, list(map(tf.constant, unit.states_like(rng, B, M, dtype="float64")))


@EVERY_UNIT
@pytest.mark.parametrize("use_bias", [True, SLOWLY_WITHOUT], ids=["bias", "no bias"])
@uncompiled()
def test_every_state_can_be_had_at_every_timestep_and_differentiated(unit, use_bias):
    cell, x, states = drawn(unit, use_bias=use_bias)
    wanted, weights = tuple(range(len(states))), stored(cell)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, *states])
        sequences, _ = run(cell.equation, cell.step_weights(), x, states, sequences=wanted)
        passed = loop(cell.equation, weights, x, states).states
        expected = [tf.stack([s[j] for s in passed], 1) for j in wanted]
        losses = [
            tf.add_n([tf.reduce_sum(tf.sin(s)) for s in given]) for given in (sequences, expected)
        ]
    for one, other in zip(sequences, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13)
    sources = [*weights.values(), x, *states]
    ours, plain = (tape.gradient(loss, sources, unconnected_gradients="zero") for loss in losses)
    for one, other in zip(ours, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@EVERY_UNIT
@uncompiled()
def test_dropout_masks_of_each_neuron_multiply_what_it_reads(unit):
    cell, x, states = drawn(unit)
    rng = np.random.default_rng(32)
    n = len(cell.equation.neurons)
    x_masks = [tf.constant(rng.uniform(size=(B, D))) for _ in range(n)]
    h_masks = [tf.constant(rng.uniform(size=(B, M))) for _ in range(n)]
    masks = Added(x_masks=dict(enumerate(x_masks)), h_masks=dict(enumerate(h_masks)))
    weights = stored(cell)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, *states])
        dropout = x_masks, h_masks
        _, final = run(cell.equation, cell.step_weights(), x, states, dropout=dropout)
        expected = loop(cell.equation, weights, x, states, added=masks).states[-1]
    for one, other in zip(final, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11)
    sources = [*weights.values(), x, *states]
    ours, plain = (
        tape.gradient(states, sources, unconnected_gradients="zero") for states in (final, expected)
    )
    for one, other in zip(ours, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_taps_do_not_change_what_is_computed():
    cell, x, states = drawn(SIMPLE_RNN)
    taps = [tf.zeros((B, T, M), "float64") for _ in states]
    given = cell.equation, cell.step_weights(), x, states
    plain = run(*given, sequences=(0,))
    tapped = run(*given, sequences=(0,), taps=taps)
    for one, other in zip(tf.nest.flatten(plain), tf.nest.flatten(tapped), strict=True):
        np.testing.assert_array_equal(one, other)


@EVERY_UNIT
@uncompiled()
def test_with_taps_the_weights_are_constants(unit):
    """None, and not the part of a gradient that comes by another way."""
    cell, x, states = drawn(unit)
    weights = list(stored(cell).values())
    taps = [tf.zeros((B, T, M), "float64") for _ in states]
    with tf.GradientTape() as tape:
        tape.watch(taps)
        _, final = run(cell.equation, cell.step_weights(), x, states, taps=taps)
        loss = tf.reduce_sum(final[0])
    assert tape.gradient(loss, weights) == [None] * len(weights)


@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])
def test_a_length_not_known_in_the_graph_changes_nothing(masked):
    """Outputs, gradients and taps, though the sweep pads the sequences."""
    cell, x, states = drawn(SIMPLE_RNN)
    equation, weights = cell.equation, cell.step_weights()
    matrices = [weights.kernel, weights.recurrent_kernel, weights.bias]
    taps = [tf.zeros((B, T, M), "float64") for _ in states]
    mask = tf.constant(np.random.default_rng(33).uniform(size=(B, T)) < 0.7) if masked else None

    def gradients(x, mask, watched, taps):
        with tf.GradientTape() as tape:
            tape.watch([x, watched])
            (h,), final = run(equation, weights, x, states, mask=mask, sequences=(0,), taps=taps)
            loss = tf.reduce_sum(h * h) + tf.reduce_sum(tf.sin(final[0]))
        return h, final, tape.gradient(loss, [x, watched])

    def answer(x, taps, mask):
        return gradients(x, mask, [states, matrices], ()), gradients(x, mask, [states, taps], taps)

    any_length = tf.TensorSpec([B, None, D], "float64"), [tf.TensorSpec([B, None, M], "float64")]
    any_mask = tf.TensorSpec([B, None], "bool") if masked else None
    unknown = tf.function(answer).get_concrete_function(*any_length, any_mask)
    found = unknown(x, taps, mask)
    for one, other in zip(
        tf.nest.flatten(found), tf.nest.flatten(answer(x, taps, mask)), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)
