"""Law: the gradients at every timestep are those of the recurrence, and sum to the weights'."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.run import run
from rnnexp.layers import SimpleRNN
from tests.plain_loop import loop
from tests.transcriptions import transcription
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, normal, randomise

B, T, D, M = 9, 5, 2, 3
COMPILED = pytest.mark.parametrize("compiled", [True, False], ids=["XLA", "graph"])
MASKED = pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])


def drawn(unit, masked=False):
    """Equation, weights, x (B, T, D), initial states, mask: random, in float64."""
    rng = np.random.default_rng(11)
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    weights = [tf.constant(w) for w in randomise(cell, rng).get_weights()]
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    states = [tf.constant(normal(rng, B, M, dtype="float64")) for _ in range(unit.states)]
    mask = tf.constant(rng.uniform(size=(B, T)) < 0.6) if masked else None
    return cell.equation, weights, x, states, mask


def zeros(n):
    return [tf.zeros((B, T, M), "float64") for _ in range(n)]


def loss_of(h, final):
    """A loss on every output h_t, each weighing differently, and on the last states."""
    weight = tf.reshape(tf.range(1, T + 1, dtype=h.dtype), (1, T, 1))
    return tf.reduce_sum(weight * h * h) + tf.add_n([tf.reduce_sum(tf.sin(s)) for s in final])


def tapped(equation, weights, x, states, mask, compiled=True):
    """dL/d(state j after t) from the engine: S of (B, T, M)."""
    taps = zeros(len(states))
    with tf.GradientTape() as tape:
        tape.watch(taps)
        (h,), final = run(
            equation,
            weights,
            x,
            states,
            mask=mask,
            sequences=(0,),
            taps=taps,
            compiled=compiled,
        )
        loss = loss_of(h, final)
    return [g.numpy() for g in tape.gradient(loss, taps)]


@COMPILED
@EVERY_UNIT_SLOWLY
def test_taps_are_what_a_plain_loop_gives(unit, compiled):
    equation, weights, x, states, mask = drawn(unit, masked=True)
    taps = zeros(len(states))
    with tf.GradientTape() as tape:
        tape.watch(taps)
        passed = loop(equation, weights, x, states, mask, taps).states
        loss = loss_of(tf.stack([s[0] for s in passed], 1), passed[-1])
    expected = tape.gradient(loss, taps)
    found = tapped(equation, weights, x, states, mask, compiled)
    for gradient, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(gradient, wanted, rtol=1e-10, atol=1e-12)


@EVERY_UNIT
@uncompiled()
def test_taps_are_finite_differences(unit):
    """Of the loss that the NumPy transcription gives when a state is moved at one timestep."""
    equation, weights, x, states, _ = drawn(unit)
    step = transcription(equation)
    arrays = [w.numpy() for w in weights]

    def loss(moved=None, by=0.0):
        following, h = [s.numpy() for s in states], []
        for t in range(T):
            following = [s.copy() for s in step(x[:, t].numpy(), following, *arrays)]
            if moved is not None and moved[1] == t:
                following[moved[0]][moved[2]] += by
            h.append(following[0])
        return float(loss_of(tf.constant(np.stack(h, axis=1)), list(map(tf.constant, following))))

    found = tapped(equation, weights, x, states, None)
    small = 1e-5
    for j in range(len(states)):
        for t in range(T):
            for b, m in [(0, 0), (B - 1, M - 1)]:
                place = j, t, (b, m)
                slope = (loss(place, small) - loss(place, -small)) / (2 * small)
                np.testing.assert_allclose(found[j][b, t, m], slope, rtol=1e-6, atol=1e-7)


def test_of_a_linear_recurrence_they_are_powers_of_the_matrix():
    """With a loss on h_T alone: dL/dh_t = dL/dh_T (W_hᵀ)^(T-t)."""
    rng = np.random.default_rng(12)
    cell = SimpleRNN(M, activation="linear", dtype="float64").cell
    cell.build((B, D))
    weights = [tf.constant(w) for w in randomise(cell, rng).get_weights()]
    direction = normal(rng, B, M, dtype="float64")
    taps = zeros(1)
    with tf.GradientTape() as tape:
        tape.watch(taps)
        x, h_0 = normal(rng, B, T, D, dtype="float64"), tf.zeros((B, M), "float64")
        _, (h_T,) = run(cell.equation, weights, tf.constant(x), [h_0], taps=taps)
        loss = tf.reduce_sum(direction * h_T)
    found = tape.gradient(loss, taps)[0].numpy()
    for t in range(T):
        power = np.linalg.matrix_power(weights[1].numpy().T, T - 1 - t)
        np.testing.assert_allclose(found[:, t], direction @ power, rtol=1e-10, atol=1e-14)


@EVERY_UNIT
@MASKED
@uncompiled()
def test_the_terms_of_all_timesteps_sum_to_the_weights_gradients(unit, masked):
    """Σ_t x_tᵀ δ_t, Σ_t v_tᵀ δ_t and Σ_t δ_t, with δ_t and v_t from a plain loop."""
    equation, weights, x, states, mask = drawn(unit, masked)
    n = len(equation.neurons)
    inputs, products = zeros(n), zeros(n)
    with tf.GradientTape() as tape:
        tape.watch([inputs, products])
        passed = loop(equation, weights, x, states, mask, inputs=inputs, products=products)
        loss = loss_of(tf.stack([s[0] for s in passed.states], 1), passed.states[-1])
    at_inputs, at_products = tape.gradient(loss, [inputs, products])

    with tf.GradientTape() as tape:
        tape.watch(weights)
        (h,), final = run(equation, weights, x, states, mask=mask, sequences=(0,))
        loss = loss_of(h, final)
    d_W_x, d_W_h, d_b = (g.numpy() for g in tape.gradient(loss, weights))

    def assert_sum(found, terms):
        np.testing.assert_allclose(found, sum(terms), rtol=1e-10, atol=1e-12)

    for k in range(n):
        own = slice(k * M, (k + 1) * M)
        delta, recurrent_delta = at_inputs[k].numpy(), at_products[k].numpy()
        v = [read[k].numpy() for read in passed.read]
        assert_sum(d_W_x[:, own], (x[:, t].numpy().T @ delta[:, t] for t in range(T)))
        assert_sum(d_W_h[:, own], (v[t].T @ recurrent_delta[:, t] for t in range(T)))
        b_x, b_h = d_b if d_b.ndim == 2 else (d_b, d_b)
        assert_sum(b_x[own], (delta[:, t].sum(axis=0) for t in range(T)))
        assert_sum(b_h[own], (recurrent_delta[:, t].sum(axis=0) for t in range(T)))
