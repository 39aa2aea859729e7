"""From weights and sequences to the loop: what the layers do not ask for."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.run import run
from tests.plain_loop import loop
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, UNITS, normal, randomise

B, T, D, M = 3, 5, 2, 4


def drawn(unit):
    """Equation, weights, x (B, T, D) and initial states in float64."""
    rng = np.random.default_rng(31)
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    weights = [tf.constant(w) for w in randomise(cell, rng).get_weights()]
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    states = [tf.constant(normal(rng, B, M, dtype="float64")) for _ in range(unit.states)]
    return cell.equation, weights, x, states


@EVERY_UNIT
@uncompiled()
def test_every_state_can_be_had_at_every_timestep_and_differentiated(unit):
    equation, weights, x, states = drawn(unit)
    wanted = tuple(range(len(states)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([*weights, x, *states])
        sequences, _ = run(equation, weights, x, states, sequences=wanted)
        passed = loop(equation, weights, x, states).states
        expected = [tf.stack([s[j] for s in passed], 1) for j in wanted]
        losses = [
            tf.add_n([tf.reduce_sum(tf.sin(s)) for s in given]) for given in (sequences, expected)
        ]
    for one, other in zip(sequences, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    ours, plain = (tape.gradient(loss, [*weights, x, *states]) for loss in losses)
    for one, other in zip(ours, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


@EVERY_UNIT
@uncompiled()
def test_dropout_masks_of_each_neuron_multiply_what_it_reads(unit):
    equation, weights, x, states = drawn(unit)
    rng = np.random.default_rng(32)
    n = len(equation.neurons)
    x_masks = [tf.constant(rng.uniform(size=(B, D))) for _ in range(n)]
    h_masks = [tf.constant(rng.uniform(size=(B, M))) for _ in range(n)]
    _, final = run(equation, weights, x, states, dropout=(x_masks, h_masks))

    W_x, W_h, b = weights
    b_x, b_h = (b[0], b[1]) if len(b.shape) == 2 else (b, tf.zeros_like(b))
    for t in range(T):

        def neuron(k, t=t):
            own = slice(k * M, (k + 1) * M)

            def answer(v, gate=1.0):
                from_x = (x[:, t] * x_masks[k]) @ W_x[:, own] + b_x[own]
                from_v = (v * h_masks[k]) @ W_h[:, own] + b_h[own]
                return equation.neurons[k].activation(from_x + gate * from_v)

            return answer

        states = equation.step(*map(neuron, range(n)), *states)
        states = states if isinstance(states, tuple) else (states,)
    for one, other in zip(final, states, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_taps_do_not_change_what_is_computed():
    equation, weights, x, states = drawn(UNITS[0])
    taps = [tf.zeros((B, T, M), "float64") for _ in states]
    plain = run(equation, weights, x, states, sequences=(0,))
    tapped = run(equation, weights, x, states, sequences=(0,), taps=taps)
    for one, other in zip(tf.nest.flatten(plain), tf.nest.flatten(tapped), strict=True):
        np.testing.assert_array_equal(one, other)


def test_with_taps_the_weights_are_constants():
    """None, and not the part of a gradient that comes by another way."""
    for unit in UNITS:
        equation, weights, x, states = drawn(unit)
        taps = [tf.zeros((B, T, M), "float64") for _ in states]
        with tf.GradientTape() as tape:
            tape.watch([weights, taps])
            _, final = run(equation, weights, x, states, taps=taps)
            loss = tf.reduce_sum(final[0])
        assert tape.gradient(loss, weights) == [None] * len(weights)


@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])
def test_a_length_not_known_in_the_graph_changes_nothing(masked):
    """Outputs, gradients and taps, though the engine pads the sequences."""
    equation, weights, x, states = drawn(UNITS[0])
    taps = [tf.zeros((B, T, M), "float64") for _ in states]
    mask = tf.constant(np.random.default_rng(33).uniform(size=(B, T)) < 0.7) if masked else None

    def gradients(x, mask, watched, taps):
        with tf.GradientTape() as tape:
            tape.watch([x, watched])
            (h,), final = run(equation, weights, x, states, mask=mask, sequences=(0,), taps=taps)
            loss = tf.reduce_sum(h * h) + tf.reduce_sum(tf.sin(final[0]))
        return h, final, tape.gradient(loss, [x, watched])

    def answer(x, taps, mask):
        return gradients(x, mask, [states, weights], ()), gradients(x, mask, [states, taps], taps)

    any_length = tf.TensorSpec([B, None, D], "float64"), [tf.TensorSpec([B, None, M], "float64")]
    any_mask = tf.TensorSpec([B, None], "bool") if masked else None
    unknown = tf.function(answer).get_concrete_function(*any_length, any_mask)
    found = unknown(x, taps, mask)
    for one, other in zip(
        tf.nest.flatten(found), tf.nest.flatten(answer(x, taps, mask)), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)
