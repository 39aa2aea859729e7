"""Law: a layer takes the inputs, masks and states that its reference takes, and refuses others."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.laws.same_weights import SEQUENCES, B, D, M, T, both, equal
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_SLOWLY, EVERY_UNIT_VERY_SLOWLY, SIMPLE_RNN, normal

DTYPES = ["int8", "int32", "int64", "uint8", "uint16", "uint64", "bool", "float16", "float64"]


def whole_numbers(dtype, shape=(B, T, D)):
    """Of a dtype, with both what is 0 and what is not."""
    return np.random.default_rng(91).integers(0, 4, size=shape).astype(dtype)


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_inputs_of_any_real_dtype_are_cast_as_keras_casts_them(unit):
    ours, theirs = both(unit, **SEQUENCES)
    cell = unit.cell(M)
    cell.build((B, D))
    cell.set_weights(ours.get_weights())
    for dtype in DTYPES:
        x = whole_numbers(dtype)
        found = ours(x)
        assert found.dtype == tf.float32, dtype
        equal(found, theirs(x))
        states = [tf.cast(s, "int32") for s in cell.get_initial_state(B)]
        h, _ = cell(tf.constant(x[:, 0]), states if unit.states > 1 else states[0])
        equal(h, found[:, 0])
    equal(ours(tf.constant(x), mask=x[..., 0] > 0), theirs(x, mask=x[..., 0] > 0))


@EVERY_UNIT_SLOWLY
@pytest.mark.parametrize("policy", ["float16", "mixed_bfloat16", "float64"])
@uncompiled()
def test_integers_are_cast_to_the_compute_dtype(unit, policy):
    layer = unit.layer(M, dtype=policy)
    x = whole_numbers("int64")
    y = layer(x)
    assert y.dtype == layer.compute_dtype
    np.testing.assert_array_equal(y, layer(tf.cast(x, layer.compute_dtype)))


@EVERY_UNIT_VERY_SLOWLY
def test_integers_inside_a_model_that_fits_and_predicts(unit):
    """In a graph, symbolically, both ways, stacked, with the mask handed on."""
    x = whole_numbers("int64")
    whole = keras.Input((None, D), dtype="int64")
    hidden = keras.layers.Bidirectional(unit.layer(M, **SEQUENCES))(keras.layers.Masking()(whole))
    model = keras.Model(whole, unit.layer(M)(hidden))
    model.compile(loss="mse")
    model.fit(x, np.zeros((B, M), "float32"), verbose=0)
    longer = np.concatenate([x, np.zeros((B, 2, D), "int64")], axis=1)
    with uncompiled():
        equal(model.predict(longer, verbose=0), model(x.astype("float32")))


def test_a_layer_that_drops_out_takes_integers():
    """Keras's raises ValueError here."""
    layer = SIMPLE_RNN.layer(M, dropout=0.5, recurrent_dropout=0.5, seed=1)
    other = SIMPLE_RNN.layer(M, dropout=0.5, recurrent_dropout=0.5, seed=1)
    x = whole_numbers("uint8")
    for each in (layer, other):
        each.build(x.shape)
    other.set_weights(layer.get_weights())
    equal(layer(x, training=True), other(x.astype("float32"), training=True))


@pytest.mark.parametrize("dtype", ["complex64", "string"])
def test_inputs_that_are_no_real_numbers_are_refused(dtype):
    x = tf.cast(tf.ones((B, T, D)), dtype) if dtype == "complex64" else tf.fill((B, T, D), "a")
    layer = SIMPLE_RNN.layer(M)
    layer.build((B, T, D))
    with pytest.raises(TypeError, match=f"{dtype}; expected real numbers"):
        layer(x)


@EVERY_UNIT_SLOWLY
def test_another_number_of_features_is_refused(unit):
    layer = unit.layer(M)
    layer.build((B, T, D))
    with pytest.raises(ValueError, match=rf"\({B}, {T}, {D + 1}\); expected {D} features"):
        layer(np.zeros((B, T, D + 1), "float32"))


MASK = np.arange(T) < np.array([[T], [2], [3]])
MASKS = {
    "(B, T)": MASK,
    "(B, T, 1)": MASK[..., None],
    "(1, T)": MASK[1:2],
    "(1, T, 1)": MASK[1:2, :, None],
    "integers": MASK.astype("int32"),
    "floating point": MASK.astype("float32"),
    "a list": [MASK],
}
WRONG_MASKS = {
    "too short": MASK[:, :-1],
    "too long": np.ones((B, T + 1), bool),
    "of one timestep": MASK[:, :1],
    "of fewer sequences": MASK[:2],
    "of more sequences": np.ones((B + 1, T), bool),
    "the other way round": MASK.T,
    "of one sequence alone": MASK[0],
    "one for each feature": np.ones((B, T, D), bool),
    "a number": np.array(True),
}


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_masks_of_keras_shapes(unit):
    ours, theirs = both(unit, **SEQUENCES)
    x = normal(np.random.default_rng(93), B, T, D)
    for mask in MASKS.values():
        plain = np.broadcast_to(np.reshape(mask, (-1, T)), (B, T))
        equal(ours(x, mask=mask), theirs(x, mask=plain))
    equal(ours(x, mask=[None]), theirs(x))


@EVERY_UNIT_SLOWLY
def test_masks_of_other_shapes_are_refused_in_one_line(unit):
    layer = unit.layer(M)
    layer.build((B, T, D))
    x = tf.zeros((B, T, D))
    for mask in WRONG_MASKS.values():
        for call in (layer, tf.function(layer)):
            with pytest.raises(ValueError, match=r"mask has the shape .*; expected \(3, 5\), one"):
                call(x, mask=tf.constant(mask))


@EVERY_UNIT_SLOWLY
def test_a_mask_whose_length_is_known_late_is_refused_late(unit):
    layer = unit.layer(M)
    layer.build((B, T, D))
    inputs = keras.Input((None, D)), keras.Input((None,), dtype="bool")
    model = keras.Model(inputs, layer(inputs[0], mask=inputs[1]))
    x = np.ones((B, T, D), "float32")
    equal(model.predict([x, MASK], verbose=0), layer(x, mask=MASK))
    for wrong in (MASK[:, :-1], MASK[:, :1], np.ones((B, T + 1), bool)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="different numbers of timesteps"):
            model.predict([x, wrong], verbose=0)
