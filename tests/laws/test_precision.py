"""Law: under every precision policy a layer is what Keras's is, as exactly as the policy allows.

All units are compared in float64 elsewhere, and here in 16 bits with themselves in full precision.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.units import EVERY_UNIT_OF_KERAS_SLOWLY, EVERY_UNIT_VERY_SLOWLY, normal, randomise

B, T, D, M = 3, 4, 2, 4
# The spacing of numbers at 1, times the roundings that four steps may pile up.
TOLERANCE = {"float64": 1e-12, "mixed_float16": 10 * 2**-10, "mixed_bfloat16": 10 * 2**-7}


def answers(unit, make, policy):
    """Output and gradients of the weights, as Keras arrays."""
    rng = np.random.default_rng(91)
    layer = make(M, dtype=policy, return_sequences=True)
    layer.build((B, T, D))
    x = normal(rng, B, T, D)
    randomise(layer, rng)
    if make == unit.keras:
        layer.set_weights(unit.moved(layer.get_weights()))
    with tf.GradientTape() as tape:
        y = layer(x)
        loss = tf.reduce_sum(tf.sin(tf.cast(y, "float64")))
    gradients = tape.gradient(loss, [w.value for w in layer.trainable_variables])
    return y, gradients if make == unit.layer else unit.moved([g.numpy() for g in gradients])


@EVERY_UNIT_OF_KERAS_SLOWLY
@pytest.mark.parametrize("policy", ["float64", "mixed_float16", "mixed_bfloat16"])
def test_a_policy_gives_what_keras_gives(unit, policy):
    y, gradients = answers(unit, unit.layer, policy)
    expected, expected_gradients = answers(unit, unit.keras, policy)
    assert y.dtype == expected.dtype == keras.DTypePolicy(policy).compute_dtype
    close = {"rtol": 0, "atol": TOLERANCE[policy]}
    np.testing.assert_allclose(tf.cast(y, "float64"), tf.cast(expected, "float64"), **close)
    for one, other in zip(gradients, expected_gradients, strict=True):
        assert one.dtype == keras.DTypePolicy(policy).variable_dtype
        largest = np.abs(other).max()
        np.testing.assert_allclose(one, other, rtol=0, atol=TOLERANCE[policy] * largest)


@EVERY_UNIT_VERY_SLOWLY
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_less_precision_is_close_to_full(unit, policy):
    y, gradients = answers(unit, unit.layer, policy)
    expected, expected_gradients = answers(unit, unit.layer, "float32")
    np.testing.assert_allclose(tf.cast(y, "float32"), expected, rtol=0, atol=TOLERANCE[policy])
    for one, other in zip(gradients, expected_gradients, strict=True):
        largest = np.abs(other).max()
        np.testing.assert_allclose(one, other, rtol=0, atol=TOLERANCE[policy] * largest)
