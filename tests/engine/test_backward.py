"""The weights' gradients, which are one product over all timesteps."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.run import run
from tests.plain_loop import loop
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_SLOWLY, SIMPLE_RNN, normal, randomise, stored

B, D, M = 2, 2, 3


def assert_gradients_are_those_of_a_plain_loop(unit, T, compiled=False):
    rng = np.random.default_rng(T)
    cell = unit.cell(M, dtype="float64")
    cell.build((B, D))
    weights = stored(randomise(cell, rng))
    x = tf.constant(normal(rng, B, T, D, dtype="float64"))
    states = list(map(tf.constant, unit.states_like(rng, B, M, dtype="float64")))
    with tf.GradientTape(persistent=True) as tape:
        effective = cell.step_weights()
        (h,), _ = run(cell.equation, effective, x, states, sequences=(0,), compiled=compiled)
        swept = tf.reduce_sum(h * h)
        outputs = [s[0] for s in loop(cell.equation, weights, x, states).states]
        plain = tf.reduce_sum(tf.stack(outputs) ** 2)
    gradients = (tape.gradient(loss, list(weights.values())) for loss in (swept, plain))
    for one, other in zip(*gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("T", [2, 3, 31])
@uncompiled()
def test_no_timestep_is_left_out_or_counted_twice(T):
    assert_gradients_are_those_of_a_plain_loop(SIMPLE_RNN, T)


@EVERY_UNIT_SLOWLY
@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_in_graphs(unit, compiled):
    assert_gradients_are_those_of_a_plain_loop(unit, 7, compiled)
