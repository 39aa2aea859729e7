"""Law: the gradients at every timestep are those of the recurrence, and sum to the weights'."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.run import run
from rnnexp.layers import SimpleRNN
from tests.plain_loop import Added, columns, loop
from tests.transcriptions import looped, transcription
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, arrays, normal, randomise, stored

B, T, D, M = 9, 5, 2, 3
MASKED = pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])


def drawn(unit, masked=False):
    """Cell, x (B, T, D), initial states, mask: random, in float64."""
    rng = np.random.default_rng(11)
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    randomise(cell, rng)
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    states = list(map(tf.constant, unit.states_like(rng, B, M, dtype="float64")))
    mask = tf.constant(rng.uniform(size=(B, T)) < 0.6) if masked else None
    return cell, x, states, mask


def zeros(n):
    return [tf.zeros((B, T, M), "float64") for _ in range(n)]


def loss_of(h, final):
    """A loss on every output h_t, each weighing differently, and on the last states."""
    weight = tf.reshape(tf.range(1, T + 1, dtype=h.dtype), (1, T, 1))
    return tf.reduce_sum(weight * h * h) + tf.add_n([tf.reduce_sum(tf.sin(s)) for s in final])


def tapped(cell, x, states, mask, compiled=False):
    """dL/d(state j after t) from the engine: S of (B, T, M)."""
    taps = zeros(len(states))
    with tf.GradientTape() as tape:
        tape.watch(taps)
        (h,), final = run(
            cell.equation,
            cell.step_weights(),
            x,
            states,
            mask=mask,
            sequences=(0,),
            taps=taps,
            compiled=compiled,
        )
        loss = loss_of(h, final)
    return [g.numpy() for g in tape.gradient(loss, taps)]


@pytest.mark.parametrize("compiled", [pytest.param(True, marks=pytest.mark.slow), False])
@EVERY_UNIT_SLOWLY
def test_taps_are_what_a_plain_loop_gives(unit, compiled):
    cell, x, states, mask = drawn(unit, masked=True)
    taps = zeros(len(states))
    with tf.GradientTape() as tape:
        tape.watch(taps)
        passed = loop(cell.equation, stored(cell), x, states, mask, taps).states
        loss = loss_of(tf.stack([s[0] for s in passed], 1), passed[-1])
    expected = tape.gradient(loss, taps)
    found = tapped(cell, x, states, mask, compiled)
    for gradient, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(gradient, wanted, rtol=1e-9, atol=1e-12)


@EVERY_UNIT
@uncompiled()
def test_taps_are_finite_differences(unit):
    """Of the loss that the NumPy transcription gives when a state is moved at one timestep."""
    cell, x, states, _ = drawn(unit)
    step, weights = transcription(cell.equation), arrays(cell)

    def loss(moved=None, by=0.0):
        following, h = [s.numpy() for s in states], []
        for t in range(T):
            following = [s.copy() for s in step(x[:, t].numpy(), following, weights)]
            if moved is not None and moved[1] == t:
                following[moved[0]][moved[2]] += by
            h.append(following[0])
        return float(loss_of(tf.constant(np.stack(h, axis=1)), list(map(tf.constant, following))))

    found = tapped(cell, x, states, None)
    small = 1e-5
    for j in range(len(states)):
        for t in range(T):
            for b, m in [(0, 0), (B - 1, M - 1)]:
                place = j, t, (b, m)
                slope = (loss(place, small) - loss(place, -small)) / (2 * small)
                np.testing.assert_allclose(found[j][b, t, m], slope, rtol=1e-5, atol=1e-7)


@EVERY_UNIT
@uncompiled()
def test_all_gradients_are_finite_differences(unit):
    """Of the NumPy transcription's loss, along a random direction in each weight, x and state."""
    cell, x, states, _ = drawn(unit)
    names, rng = list(arrays(cell)), np.random.default_rng(12)
    with tf.GradientTape() as tape:
        tape.watch([x, states])
        (h,), final = run(cell.equation, cell.step_weights(), x, states, sequences=(0,))
        sources = [*stored(cell).values(), x, *states]
        found = tape.gradient(loss_of(h, final), sources, unconnected_gradients="zero")
    values = [source.numpy() for source in sources]

    def loss(values):
        weights = dict(zip(names, values, strict=False))
        sequences = looped(cell.equation, values[len(names)], values[len(names) + 1 :], weights)
        final = [tf.constant(s[:, -1]) for s in sequences]
        return float(loss_of(tf.constant(sequences[0]), final))

    small = 1e-6
    for i, gradient in enumerate(found):
        direction = rng.normal(size=values[i].shape)
        ends = []
        for sign in (1, -1):
            moved = [v + sign * small * direction if i == k else v for k, v in enumerate(values)]
            ends.append(loss(moved))
        slope = (ends[0] - ends[1]) / (2 * small)
        name = [*names, "x", *cell.equation.states][i]
        expected = np.sum(gradient * direction)
        np.testing.assert_allclose(expected, slope, rtol=1e-5, atol=1e-6, err_msg=name)


def test_of_a_linear_recurrence_they_are_powers_of_the_matrix():
    """With a loss on h_T alone: dL/dh_t = dL/dh_T (W_hᵀ)^(T-t)."""
    rng = np.random.default_rng(12)
    cell = SimpleRNN(M, activation="linear", dtype="float64").cell
    cell.build((B, D))
    randomise(cell, rng)
    direction = normal(rng, B, M, dtype="float64")
    taps = zeros(1)
    with tf.GradientTape() as tape:
        tape.watch(taps)
        x, h_0 = normal(rng, B, T, D, dtype="float64"), tf.zeros((B, M), "float64")
        _, (h_T,) = run(cell.equation, cell.step_weights(), tf.constant(x), [h_0], taps=taps)
        loss = tf.reduce_sum(direction * h_T)
    found = tape.gradient(loss, taps)[0].numpy()
    for t in range(T):
        power = np.linalg.matrix_power(arrays(cell)["recurrent_kernel"].T, T - 1 - t)
        np.testing.assert_allclose(found[:, t], direction @ power, rtol=1e-10, atol=1e-14)


@EVERY_UNIT
@MASKED
@uncompiled()
def test_the_terms_of_all_timesteps_sum_to_the_weights_gradients(unit, masked):
    """Σ_t x_tᵀ δ_t and Σ_t v_tᵀ δ_t, with the gradients δ_t at the products from a plain loop.

    The sums are dL/dW of the matrices that multiply.
    """
    cell, x, states, mask = drawn(unit, masked)
    equation, weights = cell.equation, stored(cell)
    places = columns(equation, states, [weights[v.name] for v in equation.vectors])
    added = Added(
        inputs={k: zeros(1)[0] for k in places.kernel},
        products={k: zeros(len(blocks)) for k, blocks in places.recurrent.items()},
    )
    at = [added.inputs, added.products]
    with tf.GradientTape() as tape:
        tape.watch(at)
        passed = loop(equation, weights, x, states, mask, added=added)
        loss = loss_of(tf.stack([s[0] for s in passed.states], 1), passed.states[-1])
    at_inputs, at_products = tape.gradient(loss, at)

    effective = cell.step_weights()
    matrices = {"kernel": effective.kernel, "recurrent_kernel": effective.recurrent_kernel}
    matrices = {name: matrix for name, matrix in matrices.items() if matrix is not None}
    with tf.GradientTape() as tape:
        tape.watch(matrices)
        multiplied = effective._replace(**matrices)
        (h,), final = run(equation, multiplied, x, states, mask=mask, sequences=(0,))
        loss = loss_of(h, final)
    found = {name: g.numpy() for name, g in tape.gradient(loss, matrices).items()}

    def assert_sum(name, block, left, right):
        terms = [left(t).numpy().T @ right[:, t].numpy() for t in range(T)]
        own = found[name][:, block * M : (block + 1) * M]
        np.testing.assert_allclose(own, sum(terms), rtol=1e-9, atol=1e-12)

    # A matrix that two neurons share multiplies twice.
    for block, k in enumerate(places.kernel):
        assert_sum("kernel", block, lambda t: x[:, t], at_inputs[k])
    products = [(k, j) for k, blocks in places.recurrent.items() for j in range(len(blocks))]
    for block, (k, j) in enumerate(products):
        v = [read[k][j] for read in passed.read]
        assert_sum("recurrent_kernel", block, v.__getitem__, at_products[k][j])
