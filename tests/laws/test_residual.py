"""Law: a residual layer puts out h_t + x_t, as Keras's loop around its cell does."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_VERY_SLOWLY, normal, randomise

B, T, M = 4, 5, 3
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 1, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0]], bool)
WAYS = [
    {"return_sequences": True},
    {"return_state": True},
    {"return_sequences": True, "zero_output_for_mask": True},
    {"zero_output_for_mask": True, "go_backwards": True},
    {"return_sequences": True, "return_state": True, "go_backwards": True},
]


def pair(unit, **arguments):
    """A residual layer and Keras's loop around its cell, with the same weights."""
    arguments = {**arguments, "residual": True, "dtype": "float64"}
    ours, loop = unit.layer(M, **arguments), unit.loop(M, **arguments)
    for layer in (ours, loop):
        layer.build((B, T, M))
    loop.set_weights(randomise(ours, np.random.default_rng(1)).get_weights())
    return ours, loop


def inputs(rng=2):
    return tf.constant(normal(np.random.default_rng(rng), B, T, M, dtype="float64"))


def run(layer, x, mask):
    with tf.GradientTape() as tape:
        tape.watch(x)
        results = tf.nest.flatten(layer(x, mask=mask))
        loss = sum(tf.reduce_sum(tf.sin(y)) for y in results)
    return [*results, tape.gradient(loss, x)]


@EVERY_UNIT
def test_without_a_mask_it_is_the_state_plus_the_input(unit):
    ours, _ = pair(unit, return_sequences=True, return_state=True)
    plain = unit.layer(M, return_sequences=True, return_state=True, dtype="float64")
    plain.build((B, T, M))
    plain.set_weights(ours.get_weights())
    x = inputs()
    (y, *states), (h, *others) = ours(x), plain(x)
    np.testing.assert_allclose(y, h + x, rtol=1e-12)
    for state, other in zip(states, others, strict=True):
        np.testing.assert_array_equal(state, other)


@EVERY_UNIT_VERY_SLOWLY
@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way))
@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
@uncompiled()
def test_it_equals_keras_loop_around_the_cell(unit, way, mask):
    ours, loop = pair(unit, **way)
    for found, expected in zip(run(ours, inputs(), mask), run(loop, inputs(), mask), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_a_length_that_is_known_late():
    layer = layers.GRU(M, residual=True, return_sequences=True)
    function = tf.function(layer, input_signature=[tf.TensorSpec((None, None, M))])
    x = tf.cast(inputs(), "float32")
    layer.build(x.shape)
    np.testing.assert_allclose(function(x), layer(x), rtol=1e-6)
    masked = tf.function(
        lambda x, mask: layer(x, mask=mask),
        input_signature=[tf.TensorSpec((None, None, M)), tf.TensorSpec((None, None), "bool")],
    )
    np.testing.assert_allclose(masked(x, MASK), layer(x, mask=MASK), rtol=1e-6)


def test_a_trace_hands_the_sum_on():
    model = keras.Sequential(
        [
            keras.Input((T, M)),
            layers.GRU(M, residual=True, return_sequences=True, name="low"),
            layers.GRU(M, name="high"),
        ]
    )
    x = tf.cast(inputs(), "float32")
    seen = rnnexp.trace(model, x.numpy())
    np.testing.assert_allclose(seen["high"]["x"], seen["low"]["h"] + x, rtol=1e-6)
    np.testing.assert_allclose(seen["high"]["h"][:, -1], model(x), rtol=1e-4)


@pytest.mark.parametrize("kind", [layers.LSTM, layers.MGU])
def test_other_numbers_of_features_and_units_are_refused(kind):
    layer = kind(M, residual=True)
    with pytest.raises(ValueError, match="inputs have 7 features, and units is 3; expected"):
        layer.build((B, T, 7))


def test_it_is_saved(tmp_path):
    model = keras.Sequential([keras.Input((T, M)), layers.LSTM(M, residual=True)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].residual
    x = inputs().numpy()
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


def test_keras_and_pytorch_have_no_such_option():
    layer = layers.GRU(M, residual=True, reset_after=True)
    layer.build((B, T, M))
    for convert in (rnnexp.to_keras, lambda layer: rnnexp.to_torch([layer])):
        with pytest.raises(ValueError, match="has residual=True, which is the output h_t"):
            convert(layer)
