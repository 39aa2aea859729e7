"""Law: in whatever of Keras's a unit's layer stands, it is what its reference is there."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_SLOWLY, EVERY_UNIT_VERY_SLOWLY, normal, randomise

B, T, D, M = 3, 5, 2, 4


def same_weights(unit, ours, theirs, rng):
    """Random weights in ours, moved into theirs, for each direction."""
    weights = randomise(ours, rng).get_weights()
    n = len(weights) // (2 if isinstance(ours, keras.layers.Bidirectional) else 1)
    theirs.set_weights(
        [w for i in range(0, len(weights), n) for w in unit.moved(weights[i : i + n])]
    )


def assert_same(ours, theirs):
    ours, theirs = tf.nest.flatten(ours), tf.nest.flatten(theirs)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@EVERY_UNIT_VERY_SLOWLY
@pytest.mark.parametrize("merge_mode", ["sum", "mul", "concat", "ave", None])
@uncompiled()
def test_bidirectional(unit, merge_mode):
    rng = np.random.default_rng(71)
    x, mask = normal(rng, B, T, D), rng.uniform(size=(B, T)) < 0.7
    for arguments in ({"return_sequences": True, "return_state": True}, {}):
        ours, theirs = (
            keras.layers.Bidirectional(make(M, **arguments), merge_mode=merge_mode)
            for make in (unit.layer, unit.reference)
        )
        for layer in (ours, theirs):
            layer.build(x.shape)
        same_weights(unit, ours, theirs, rng)
        assert_same(ours(x, mask=mask), theirs(x, mask=mask))


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_bidirectional_with_a_backward_layer_of_its_own(unit):
    rng = np.random.default_rng(72)
    x = normal(rng, B, T, D)
    ours, theirs = (
        keras.layers.Bidirectional(make(M), backward_layer=make(M, go_backwards=True))
        for make in (unit.layer, unit.reference)
    )
    for layer in (ours, theirs):
        layer.build(x.shape)
    same_weights(unit, ours, theirs, rng)
    assert_same(ours(x), theirs(x))


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_time_distributed(unit):
    rng = np.random.default_rng(73)
    x = normal(rng, B, 2, T, D)
    ours, theirs = (keras.layers.TimeDistributed(make(M)) for make in (unit.layer, unit.reference))
    for layer in (ours, theirs):
        layer.build(x.shape)
    same_weights(unit, ours, theirs, rng)
    assert_same(ours(x), theirs(x))


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_a_functional_model_hands_masks_and_states_on(unit):
    """Two layers after an embedding that masks; the second one starts from the first's states."""
    rng = np.random.default_rng(74)
    tokens = rng.integers(0, 4, size=(B, T))
    embedded = keras.layers.Embedding(4, D, mask_zero=True)

    def model(make):
        inputs = keras.Input((T,), dtype="int32")
        first, second = make(M, return_sequences=True, return_state=True), make(M)
        outputs, *states = first(embedded(inputs))
        return first, second, keras.Model(inputs, second(outputs, initial_state=states))

    (*ours, our_model), (*theirs, their_model) = model(unit.layer), model(unit.reference)
    for one, other in zip(ours, theirs, strict=True):
        same_weights(unit, one, other, rng)
    assert_same(our_model(tokens), their_model(tokens))


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_a_subclassed_model(unit):
    class Reader(keras.Model):
        """Reads to the end and answers with one number."""

        def __init__(self, reader):
            super().__init__()
            self.reader, self.answer = reader, keras.layers.Dense(1, kernel_initializer="ones")

        def call(self, x, training=False):
            return self.answer(self.reader(x, training=training))

    rng = np.random.default_rng(75)
    x = normal(rng, B, T, D)
    ours, theirs = Reader(unit.layer(M)), Reader(unit.reference(M))
    for model in (ours, theirs):
        model(x)
    same_weights(unit, ours.reader, theirs.reader, rng)
    assert_same(ours(x), theirs(x))
