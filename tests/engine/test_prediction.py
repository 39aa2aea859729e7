"""Calls that no tape records, and what may become of them."""

import numpy as np
import pytest
import tensorflow as tf

from rnnexp.layers import GRU
from tests.transcriptions import looped
from tests.units import EVERY_UNIT_SLOWLY, EVERY_UNIT_VERY_SLOWLY, arrays, normal, randomise

B, T, D, M = 3, 5, 2, 3


@EVERY_UNIT_VERY_SLOWLY
def test_a_function_traced_without_a_tape_may_be_differentiated_later(unit):
    layer = unit.layer(M, return_sequences=True)
    layer.build((B, T, D))
    randomise(layer, np.random.default_rng(1))
    x = tf.constant(normal(np.random.default_rng(2), B, T, D))
    mask = tf.constant(np.random.default_rng(3).uniform(size=(B, T)) < 0.7)
    weights = [w.value for w in layer.trainable_variables]
    function = tf.function(lambda x: layer(x, mask=mask))
    np.testing.assert_allclose(function(x), layer(x, mask=mask), rtol=1e-6, atol=1e-6)

    def gradients(call):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(tf.sin(call(x)))
        return tape.gradient(loss, [x, *weights])

    expected = gradients(lambda x: layer(x, mask=mask))
    for one, other in zip(gradients(function), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@EVERY_UNIT_SLOWLY
def test_a_batch_may_have_any_number_of_sequences_and_timesteps(unit):
    """One graph serves eager calls of every size; it gives what the unrolled loop gives."""
    layer = unit.layer(M, return_sequences=True)
    unrolled = unit.layer(M, return_sequences=True, unroll=True)
    for either in (layer, unrolled):
        either.build((None, None, D))
    unrolled.set_weights(randomise(layer, np.random.default_rng(4)).get_weights())
    for b, t in ((1, 2), (4, 3), (2, 7)):
        x = tf.constant(normal(np.random.default_rng(b), b, t, D))
        np.testing.assert_allclose(layer(x), unrolled(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("T", [63, 64, 65, 130])
def test_a_long_prediction_puts_out_every_timestep(T):
    """Outputs are collected in parts of 64 timesteps."""
    layer = GRU(M, return_sequences=True, return_state=True)
    layer.build((None, None, D))
    randomise(layer, np.random.default_rng(5))
    x = normal(np.random.default_rng(6), 2, T, D)
    in_graph = tf.function(layer, input_signature=[tf.TensorSpec((None, None, D))])
    expected = looped(layer.cell.equation, x, [np.zeros((2, M))], arrays(layer))[0]
    for outputs, last in (layer(x), in_graph(x)):
        np.testing.assert_allclose(outputs, expected, atol=1e-5)
        np.testing.assert_allclose(last, expected[:, -1], atol=1e-5)
