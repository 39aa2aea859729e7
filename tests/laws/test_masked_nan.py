"""Law: what a masked timestep holds, also NaN or infinity, reaches neither states nor gradients."""

import numpy as np
import pytest
import tensorflow as tf

from tests.units import EVERY_UNIT_SLOWLY, normal, randomise, stored

B, D, M = 3, 2, 3


def results(layer, x, mask):
    x = tf.constant(x)
    weights = stored(layer)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, mask=mask)
        loss = tf.reduce_sum(tf.sin(y))
    gradients = tape.gradient(loss, [x, *weights.values()], unconnected_gradients="zero")
    return [layer(x, mask=mask), y, *gradients]


@EVERY_UNIT_SLOWLY
@pytest.mark.parametrize("T", [5, 40])
def test_masked_timesteps_may_hold_nan(unit, T):
    rng = np.random.default_rng(0)
    layer = unit.layer(M, return_sequences=True, dtype="float64")
    layer.build((None, None, D))
    randomise(layer, rng)
    mask = rng.uniform(size=(B, T)) < 0.6
    mask[0, T // 2 :] = False
    x = normal(rng, B, T, D, dtype="float64") * mask[..., None]
    expected = results(layer, x, mask)
    assert all(np.isfinite(array).all() for array in expected)
    for value in (np.nan, -np.inf):
        found = results(layer, np.where(mask[..., None], x, value), mask)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-12)
