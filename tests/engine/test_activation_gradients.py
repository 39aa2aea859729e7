"""Slopes from outputs alone."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine.activation_gradients import FROM_OUTPUT, from_output


@pytest.mark.parametrize("activation", FROM_OUTPUT, ids=lambda a: a.__name__)
def test_the_slope_is_the_derivative(activation):
    a = tf.constant(np.linspace(-4, 4, 101), "float64")  # 0 among them, where relu has a corner
    with tf.GradientTape() as tape:
        tape.watch(a)
        y = activation(a)
    slope = from_output(activation)(y, tf.ones_like(y))
    assert slope.dtype == a.dtype
    np.testing.assert_array_equal(from_output(activation)(y, 4 * tf.ones_like(y)), 4 * slope)
    np.testing.assert_allclose(slope, tape.gradient(y, a), rtol=1e-12, atol=1e-15)


def test_of_any_other_activation_it_is_not_known():
    assert from_output(lambda a: a * a) is None
