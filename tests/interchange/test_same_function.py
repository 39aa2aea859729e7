"""Activations from TensorFlow are known as Keras's that compute the same."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnnexp import layers
from rnnexp.interchange import from_keras, to_keras, to_torch
from rnnexp.interchange.same_function import name_of
from tests.units import normal, randomise

B, T, D, M = 3, 5, 2, 4
FROM_TENSORFLOW = {"activation": tf.nn.tanh, "recurrent_activation": tf.sigmoid}


def test_a_gate_of_tensorflows_sigmoid_is_turned_and_turned_back():
    theirs = keras.layers.GRU(M, **FROM_TENSORFLOW)
    theirs.build((None, T, D))
    randomise(theirs, np.random.default_rng(0))
    x = normal(np.random.default_rng(1), B, T, D)
    turned = from_keras(theirs, "new")
    assert turned.update_gate == "new"
    np.testing.assert_allclose(turned(x), theirs(x), atol=1e-6)
    np.testing.assert_array_equal(to_keras(turned)(x), theirs(x))


def test_the_state_dict_is_that_of_keras_activations():
    from_tensorflow = layers.LSTM(M, **FROM_TENSORFLOW)
    ordinary = layers.LSTM(M)
    for layer in (from_tensorflow, ordinary):
        layer.build((None, T, D))
    ordinary.set_weights(from_tensorflow.get_weights())
    expected = to_torch([ordinary])
    for name, array in to_torch([from_tensorflow]).items():
        np.testing.assert_array_equal(array, expected[name])


class Unhashable:
    """Compares by value, so Python gives it no hash."""

    __name__ = "unhashable"

    def __eq__(self, other):
        return type(other) is type(self)

    def __call__(self, x):
        return tf.tanh(x)


def test_an_activation_without_a_hash_is_an_unknown_one():
    assert name_of(Unhashable()) is None
    layer = layers.LSTM(M, activation=Unhashable())
    layer.build((None, T, D))
    with pytest.raises(ValueError, match="activation='unhashable'"):
        to_torch([layer])
