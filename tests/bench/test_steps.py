"""A step goes forward and back through the whole layer."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnnexp.bench.steps import Shape, keras_step, prediction, torch_step
from rnnexp.explain.counting import products
from rnnexp.layers import LSTM
from tests.units import EVERY_UNIT_OF_KERAS

SHAPE = Shape(B=2, T=3, D=4, M=5)


@EVERY_UNIT_OF_KERAS
def test_it_returns_the_gradient_of_every_weight(unit):
    x = tf.random.normal((SHAPE.B, SHAPE.T, SHAPE.D))
    layer = unit.layer(SHAPE.M)
    gradients = keras_step(layer, x)()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(x) ** 2)
    expected = tape.gradient(loss, [w.value for w in layer.trainable_variables])
    for found, wanted in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_the_operations_are_those_of_the_products():
    """A product (a, b)·(b, c) takes 2abc: counted one by one for an LSTM."""
    B, T, D, M = SHAPE
    forward = 2 * B * (D + M) * 4 * M
    back_to_h = 2 * B * 4 * M * M
    to_weights = 2 * (D + M) * B * 4 * M
    counted = products(LSTM(M).cell.equation)
    assert SHAPE.flops(counted) == T * (forward + back_to_h + to_weights)


def test_a_prediction_is_the_output_of_the_layer():
    x = tf.random.normal((SHAPE.B, SHAPE.T, SHAPE.D))
    layer = LSTM(SHAPE.M, return_sequences=True)
    (found,) = prediction(layer, x)()
    np.testing.assert_allclose(found, layer(x), atol=1e-6)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_pytorch_does_the_same_work(kind):
    pytest.importorskip("torch")
    x = tf.random.normal((SHAPE.B, SHAPE.T, SHAPE.D))
    units = {"RNN": keras.layers.SimpleRNN, "GRU": keras.layers.GRU, "LSTM": keras.layers.LSTM}
    ours = keras_step(units[kind](SHAPE.M), x)()
    # PyTorch keeps two biases where Keras keeps one, or two in one.
    theirs = torch_step(kind, SHAPE, x)()
    assert [w.shape for w in theirs[:2]] == [w.shape[::-1] for w in ours[:2]]
    assert all(np.abs(w.numpy()).max() > 0 for w in theirs)
