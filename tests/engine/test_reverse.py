"""The weights' gradients, which the reverse sweep adds up in stretches of timesteps."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.reverse import STRETCH
from rnnexp.engine.run import run
from tests.plain_loop import loop
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, UNITS, normal, randomise

B, D, M = 2, 2, 3


def assert_gradients_are_those_of_a_plain_loop(unit, T):
    rng = np.random.default_rng(T)
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    weights = [tf.constant(w) for w in randomise(cell, rng).get_weights()]
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    states = [tf.constant(normal(rng, B, M, dtype="float64")) for _ in range(unit.states)]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(weights)
        (h,), _ = run(cell.equation, weights, x, states, sequences=(0,))
        swept = tf.reduce_sum(h * h)
        outputs = [s[0] for s in loop(cell.equation, weights, x, states).states]
        plain = tf.reduce_sum(tf.stack(outputs) ** 2)
    gradients = (tape.gradient(loss, weights) for loss in (swept, plain))
    for one, other in zip(*gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("T", [1, STRETCH - 1, STRETCH, STRETCH + 1, 2 * STRETCH + 5])
@uncompiled()
def test_no_timestep_is_left_out_or_counted_twice(T):
    assert_gradients_are_those_of_a_plain_loop(UNITS[0], T)


@EVERY_UNIT
@uncompiled()
def test_over_many_stretches(unit):
    assert_gradients_are_those_of_a_plain_loop(unit, 2 * STRETCH + 5)


def test_compiled():
    assert_gradients_are_those_of_a_plain_loop(UNITS[0], 2 * STRETCH + 5)
