"""States, seeds and flags come along."""

import keras
import numpy as np
from keras import layers as k

from rnnexp.interchange import from_keras, to_keras
from tests.interchange.in_memory import B, M, X, sequential
from tests.units import EVERY_UNIT_OF_KERAS, normal


@EVERY_UNIT_OF_KERAS
def test_states_of_stateful_layers_go_both_ways(unit):
    ours = sequential(unit.layer(M, stateful=True), batch=B)
    ours(X + 1)
    theirs = to_keras(ours)
    again = from_keras(theirs)
    for _ in range(2):
        expected = ours(X)
        np.testing.assert_allclose(theirs(X), expected, atol=1e-5)
        np.testing.assert_allclose(again(X), expected, atol=1e-5)


def test_states_within_other_layers():
    model = sequential(
        k.RNN([k.GRUCell(M), k.LSTMCell(M)], stateful=True, return_sequences=True),
        k.Bidirectional(k.LSTM(M, stateful=True)),
        batch=B,
    )
    model(X + 1)
    ours = from_keras(model)
    theirs = to_keras(ours)
    for _ in range(2):
        expected = model(X)
        np.testing.assert_allclose(ours(X), expected, atol=1e-5)
        np.testing.assert_allclose(theirs(X), expected, atol=1e-5)


def test_states_of_layers_that_stay_as_they_are():
    video = k.ConvLSTM2D(2, 2, stateful=True)
    model = keras.Sequential([keras.Input((2, 3, 3, 1), batch_size=B), video, k.Flatten()])
    x = normal(np.random.default_rng(3), B, 2, 3, 3, 1)
    model(x)
    ours = from_keras(model)
    for _ in range(2):
        np.testing.assert_array_equal(ours(x), model(x))


def test_seeds_go_on_where_they_stand():
    """Also those that nobody gave, and that no config holds."""
    model = sequential(
        k.GaussianNoise(0.3),
        k.SpatialDropout1D(0.2, seed=3),
        k.GRU(M, dropout=0.3, recurrent_dropout=0.2, return_sequences=True),
        k.Bidirectional(k.SimpleRNN(M, dropout=0.5)),
        k.Dropout(0.5),
    )
    model(X, training=True)
    ours = from_keras(model)
    theirs = to_keras(ours)
    for _ in range(2):
        expected = model(X, training=True)
        np.testing.assert_allclose(ours(X, training=True), expected, atol=1e-6)
        np.testing.assert_allclose(theirs(X, training=True), expected, atol=1e-6)


def test_random_images():
    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            k.RandomRotation(0.3),
            k.RandomFlip(seed=2),
            k.Reshape((4, 4)),
            k.GRU(M),
        ]
    )
    x = normal(np.random.default_rng(2), B, 4, 4, 1)
    model(x, training=True)
    ours = from_keras(model)
    np.testing.assert_allclose(ours(x, training=True), model(x, training=True), atol=1e-5)


def test_flags_and_names():
    model = sequential(
        k.Bidirectional(k.GRU(M, name="g", return_sequences=True), name="both"),
        k.LSTM(M, trainable=False, name="fixed", return_sequences=True),
        keras.Sequential([k.GRU(M, name="inner")], name="nested"),
        k.Dense(1, name="head"),
    )
    model.layers[0].forward_layer.trainable = False
    model.layers[2].layers[0].cell.recurrent_kernel.trainable = False
    ours = from_keras(model)
    assert [layer.name for layer in ours._flatten_layers()] == [
        layer.name for layer in model._flatten_layers()
    ]
    assert ours.name == model.name
    for copy in (ours, to_keras(ours)):
        assert [w.name for w in copy.weights] == [w.name for w in model.weights]
        assert [w.trainable for w in copy.weights] == [w.trainable for w in model.weights]
        assert len(copy.trainable_weights) == len(model.trainable_weights)
