"""The weights' gradients, which are one product over all timesteps."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.run import run
from tests.plain_loop import loop
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, UNITS, normal, randomise

B, D, M = 2, 2, 3


def assert_gradients_are_those_of_a_plain_loop(unit, T, compiled=False):
    rng = np.random.default_rng(T)
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    weights = [tf.constant(w) for w in randomise(cell, rng).get_weights()]
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    states = [tf.constant(normal(rng, B, M, dtype="float64")) for _ in range(unit.states)]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(weights)
        (h,), _ = run(cell.equation, weights, x, states, sequences=(0,), compiled=compiled)
        outputs = tf.reduce_sum(h * h)
        outputs = [s[0] for s in loop(cell.equation, weights, x, states).states]
        plain = tf.reduce_sum(tf.stack(outputs) ** 2)
    gradients = (tape.gradient(loss, weights) for loss in (outputs, plain))
    for one, other in zip(*gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("T", [2, 3, 31])
@uncompiled()
def test_no_timestep_is_left_out_or_counted_twice(T):
    assert_gradients_are_those_of_a_plain_loop(UNITS[0], T)


@EVERY_UNIT
@pytest.mark.parametrize("compiled", [False, True])
def test_in_graphs(unit, compiled):
    assert_gradients_are_those_of_a_plain_loop(unit, 7, compiled)
