"""Models with Keras's layers and with ours compute the same, whichever became the other."""

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.interchange import from_keras, to_keras
from tests.units import EVERY_UNIT_OF_KERAS, normal, randomise

B, T, D, M = 3, 5, 2, 4


def nested_model():
    """Every way in which a model holds recurrent layers."""
    inner = keras.Sequential(
        [keras.Input((None, M)), keras.layers.GRU(M, return_sequences=True)], name="inner"
    )
    x = inputs = keras.Input((None, D))
    x = keras.layers.Bidirectional(
        keras.layers.GRU(M, reset_after=False, return_sequences=True), merge_mode="sum"
    )(x)
    x = inner(x)
    cells = [keras.layers.LSTMCell(M), keras.layers.GRUCell(M), keras.layers.SimpleRNNCell(M)]
    x = keras.layers.RNN(cells, return_sequences=True)(x)
    x = keras.layers.LSTM(M, return_sequences=True)(x)
    outputs = keras.layers.Dense(1)(keras.layers.SimpleRNN(M)(x))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "mse")
    return model


def recurrent_parts(model):
    names = set(layers.__all__)
    return [part for part in model._flatten_layers() if type(part).__name__ in names]


def modules(model):
    return {type(part).__module__.partition(".")[0] for part in recurrent_parts(model)}


@pytest.mark.parametrize("update_gate", ["keep", "new"])
def test_a_nested_model_goes_over_and_comes_back(update_gate):
    model = nested_model()
    x = normal(np.random.default_rng(0), B, T, D)
    before = model.get_weights()
    ours = from_keras(model, update_gate)
    theirs = to_keras(ours)
    assert (modules(model), modules(ours), modules(theirs)) == ({"keras"}, {"rnnexp"}, {"keras"})
    assert len(recurrent_parts(ours)) == len(recurrent_parts(model))
    np.testing.assert_allclose(ours(x), model(x), atol=1e-6)
    np.testing.assert_array_equal(theirs(x), model(x))
    for weight, old, back in zip(model.get_weights(), before, theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, old)
        np.testing.assert_array_equal(back, old)


@pytest.mark.slow
def test_the_copy_trains():
    ours = from_keras(nested_model())
    x = normal(np.random.default_rng(1), B, T, D)
    first, last = (ours.fit(x, np.ones((B, 1)), epochs=1, verbose=0) for _ in range(2))
    assert last.history["loss"] < first.history["loss"]


@EVERY_UNIT_OF_KERAS
def test_a_layer_becomes_keras_s(unit):
    layer = unit.layer(M)
    layer.build((None, None, D))
    randomise(layer, np.random.default_rng(2))
    x = normal(np.random.default_rng(3), B, T, D)
    theirs = to_keras(layer)
    assert type(theirs).__module__.startswith("keras")
    np.testing.assert_allclose(theirs(x), layer(x), atol=1e-6)


@EVERY_UNIT_OF_KERAS
def test_a_layer_without_weights_stays_without(unit):
    theirs = to_keras(unit.layer(M))
    assert not theirs.built
    assert not from_keras(theirs).built


def test_a_gate_that_cannot_be_turned_exactly_says_why():
    with pytest.raises(ValueError, match="sigmoid or hard_sigmoid"):
        to_keras(layers.GRU(M, recurrent_activation="tanh"))
    with pytest.raises(ValueError, match="kernel_constraint"):
        to_keras(layers.GRU(M, kernel_constraint="non_neg"))
    kept = to_keras(layers.GRU(M, recurrent_activation="tanh", update_gate="keep"))
    assert type(kept) is keras.layers.GRU


def test_an_unknown_reading_is_refused():
    with pytest.raises(ValueError, match="'keep' or 'new'"):
        from_keras(keras.layers.GRU(M), "old")
