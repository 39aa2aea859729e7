"""Law: a layer takes the initial states that its reference takes, and refuses others in words."""

import numpy as np
import pytest
import tensorflow as tf

from tests.laws.same_weights import SEQUENCES, B, D, M, T, both, equal
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_SLOWLY, normal


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
