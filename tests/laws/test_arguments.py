"""Law: a layer takes the inputs, masks and states that its reference takes, and refuses others."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_SLOWLY, EVERY_UNIT_VERY_SLOWLY, SIMPLE_RNN, normal, randomise

B, T, D, M = 3, 5, 2, 4
DTYPES = ["int8", "int32", "int64", "uint8", "uint16", "uint64", "bool", "float16", "float64"]
SEQUENCES = {"return_sequences": True}


def whole_numbers(dtype, shape=(B, T, D)):
    """Of a dtype, with both what is 0 and what is not."""
    return np.random.default_rng(91).integers(0, 4, size=shape).astype(dtype)


def both(unit, **arguments):
    """Our layer and its reference with the same weights, for inputs of D features."""
    ours, theirs = unit.layer(M, **arguments), unit.reference(M, **arguments)
    for layer in (ours, theirs):
        layer.build((B, T, D))
    theirs.set_weights(unit.moved(randomise(ours, np.random.default_rng(92)).get_weights()))
    return ours, theirs


def equal(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


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


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_an_initial_state_for_all_sequences_alike(unit):
    """Keras's takes it too, eagerly."""
    rng = np.random.default_rng(94)
    ours, theirs = both(unit, **SEQUENCES)
    x, state = normal(rng, B, T, D), unit.states_like(rng, 1, M)
    expected = theirs(x, initial_state=[tf.constant(np.repeat(s, B, axis=0)) for s in state])
    for form in (state, tuple(state), [s[0] for s in state], [s.astype("float64") for s in state]):
        equal(ours(x, initial_state=form), expected)
    if unit.states == 1:
        equal(ours(x, initial_state=tf.constant(state[0])), expected)


@EVERY_UNIT_SLOWLY
def test_an_initial_state_that_is_learned_gets_the_gradients_of_all_sequences(unit):
    rng = np.random.default_rng(95)
    ours, _ = both(unit)
    x = tf.constant(normal(rng, B, T, D))
    learned = [tf.Variable(s) for s in unit.states_like(rng, 1, M)]
    whole = [tf.Variable(tf.repeat(s, B, axis=0)) for s in learned]

    @tf.function(input_signature=[tf.TensorSpec((None, None, D))])
    def gradients(x):
        with tf.GradientTape(persistent=True) as tape:
            one = tf.reduce_sum(ours(x, initial_state=learned) ** 2)
            other = tf.reduce_sum(ours(x, initial_state=whole) ** 2)
        return tape.gradient(one, learned), tape.gradient(other, whole)

    for one, other in zip(*gradients(x), strict=True):
        np.testing.assert_allclose(one, tf.reduce_sum(other, 0, keepdims=True), rtol=1e-4)


WRONG_STATES = {
    "of more units": (B, M + 1),
    "of fewer sequences": (B - 1, M),
    "of three axes": (B, 1, M),
    "of another number": (M + 1,),
    "a number": (),
}


@EVERY_UNIT_SLOWLY
@pytest.mark.parametrize("shape", WRONG_STATES.values(), ids=WRONG_STATES)
def test_initial_states_of_other_shapes_are_refused_in_words(unit, shape):
    layer = unit.layer(M, stateful=True)
    layer.build((B, T, D))
    states = [np.zeros(shape, "float32")] * unit.states
    first = unit.equation.states[0]
    said = rf"initial state {first} has the shape .*; expected \(3, 4\), or \(1, 4\)"
    with pytest.raises(ValueError, match=said):
        layer(np.zeros((B, T, D), "float32"), initial_state=states)
    with pytest.raises(ValueError, match=said):
        layer.reset_state(states)


@EVERY_UNIT_SLOWLY
def test_another_number_of_initial_states_is_refused_in_words(unit):
    layer = unit.layer(M, stateful=True)
    layer.build((B, T, D))
    names = ", ".join(unit.equation.states)
    for number in {0, unit.states - 1, unit.states + 1} - {unit.states}:
        states = [np.zeros((B, M), "float32")] * number
        said = f"{number} tensors; expected {unit.states}: {names}"
        with pytest.raises(ValueError, match=said):
            layer.reset_state(states)
        with pytest.raises(ValueError, match=said):
            layer(np.zeros((B, T, D), "float32"), initial_state=states)


@EVERY_UNIT_SLOWLY
def test_one_state_sets_all_rows_of_a_stateful_layer(unit):
    layer = unit.layer(M, stateful=True)
    layer.build((B, T, D))
    states = unit.states_like(np.random.default_rng(96), 1, M)
    layer.reset_states(states)
    for variable, state in zip(layer.states, states, strict=True):
        np.testing.assert_array_equal(variable, np.repeat(state, B, axis=0))
    layer.reset_states()
    for variable, start in zip(layer.states, layer.cell.get_initial_state(B), strict=True):
        np.testing.assert_array_equal(variable, start)


@EVERY_UNIT_SLOWLY
def test_a_layer_without_states_says_so_when_they_are_set(unit):
    for layer in (unit.layer(M), unit.layer(M, stateful=True)):
        layer.reset_state()
        with pytest.raises(ValueError, match="has no states to set"):
            layer.reset_state([np.zeros((B, M), "float32")] * unit.states)
