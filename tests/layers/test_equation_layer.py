"""What Keras's layers are from outside, ours are too."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.uncompiled import uncompiled
from tests.units import (
    EVERY_UNIT,
    EVERY_UNIT_OF_KERAS,
    SIMPLE_RNN,
    UNITS,
    each_of,
    normal,
    randomise,
)

B, T, D, M = 3, 5, 2, 4


@EVERY_UNIT_OF_KERAS
@pytest.mark.parametrize("arguments", [{}, {"use_bias": False}, {"dropout": 0.5, "seed": 1}])
def test_variables_are_kerass_in_number_shape_order_and_name(unit, arguments):
    ours, theirs = unit.layer(M, **arguments), unit.keras(M, **arguments)
    for layer in (ours, theirs):
        layer.build((B, T, D))

    def described(variables):
        return [(v.name, v.path.split("/", 1)[1], tuple(v.shape), v.dtype) for v in variables]

    assert described(ours.weights) == described(theirs.weights)
    assert described(ours.variables) == described(theirs.variables)
    assert described(ours.trainable_variables) == described(theirs.trainable_variables)
    assert ours.count_params() == theirs.count_params()


@EVERY_UNIT_OF_KERAS
def test_the_same_seeds_initialise_the_same_weights(unit):
    drawn = []
    for make in (unit.layer, unit.keras):
        keras.utils.set_random_seed(5)
        layer = make(M)
        layer.build((B, T, D))
        drawn.append(layer.get_weights())
    for one, other in zip(*drawn, strict=True):
        np.testing.assert_array_equal(one, other)


@EVERY_UNIT
@pytest.mark.parametrize("arguments", [{}, {"return_sequences": True}, {"return_state": True}])
def test_shapes_and_masks_are_told_as_the_reference_tells_them(unit, arguments):
    ours, theirs = unit.layer(M, **arguments), unit.reference(M, **arguments)
    for shape in [(None, None, D), (B, T, D)]:
        assert ours.compute_output_shape(shape) == theirs.compute_output_shape(shape)
        sequences, mask = keras.KerasTensor(shape), keras.KerasTensor(shape[:2], "bool")
        one, other = (tf.nest.flatten(layer(sequences)) for layer in (ours, theirs))
        assert [y.shape for y in one] == [y.shape for y in other]
        one, other = (layer.compute_mask(sequences, mask) for layer in (ours, theirs))
        assert tf.nest.flatten(one) == tf.nest.flatten(other)


@EVERY_UNIT
def test_regularisers_add_what_the_reference_adds(unit):
    arguments = {
        "kernel_regularizer": keras.regularizers.L2(0.1),
        "recurrent_regularizer": keras.regularizers.L1(0.2),
        "bias_regularizer": keras.regularizers.L2(0.3),
    }
    ours, theirs = unit.layer(M, **arguments), unit.reference(M, **arguments)
    for layer in (ours, theirs):
        layer.build((B, T, D))
    theirs.set_weights(randomise(ours, np.random.default_rng(51)).get_weights())
    np.testing.assert_allclose(ours.losses, theirs.losses, rtol=1e-6)
    matrices = {w.name for w in ours.weights} & {"kernel", "recurrent_kernel", "bias"}
    assert len(ours.losses) == len(matrices)


@EVERY_UNIT
@uncompiled()
def test_an_activity_regulariser_penalises_the_output(unit):
    layer = unit.layer(M, activity_regularizer=keras.regularizers.L2(0.5))
    y = layer(normal(np.random.default_rng(52), B, T, D))
    np.testing.assert_allclose(sum(layer.losses), 0.5 * np.sum(y**2) / B, rtol=1e-6)


@uncompiled()
def test_any_callable_is_an_activation():
    """Two layers with different nameless activations do not share one sweep."""
    unit, rng = SIMPLE_RNN, np.random.default_rng(53)
    x = normal(rng, B, T, D)
    ours, theirs = [
        make(M, activation=lambda a: a / (1 + a * a)) for make in (unit.layer, unit.keras)
    ]
    for layer in (ours, theirs):
        layer.build(x.shape)
    theirs.set_weights(randomise(ours, rng).get_weights())
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-6, atol=1e-6)


def test_an_activation_with_weights_learns():
    layer = SIMPLE_RNN.layer(M, activation=keras.layers.PReLU())
    layer.build((B, T, D))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(normal(np.random.default_rng(55), B, T, D)))
    (slope,) = layer.cell.activation.trainable_variables
    assert tape.gradient(loss, slope.value) is not None


def penalty_gradients(layer, x):
    """The gradient of a penalty on the gradient of the inputs."""
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(layer(x))
        penalty = tf.reduce_sum(inner.gradient(y, x) ** 2)
    weights = [w.value for w in layer.trainable_variables]
    return outer.gradient(penalty, weights)


@each_of(UNITS, ("SimpleRNN", "GRU", "CoRNN"))
@pytest.mark.parametrize("jit_compile", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_gradient_of_the_gradient_is_the_references(unit, jit_compile):
    rng = np.random.default_rng(56)
    ours, theirs = unit.layer(M), unit.reference(M)
    ours.jit_compile = jit_compile
    for layer in (ours, theirs):
        layer.build((B, T, D))
    theirs.set_weights(unit.moved(randomise(ours, rng).get_weights()))
    x = tf.constant(normal(rng, B, T, D))
    expected = penalty_gradients(theirs, x)
    in_a_graph = tf.function(penalty_gradients)
    for gradients in (penalty_gradients(ours, x), in_a_graph(ours, x)):
        for one, other in zip(unit.moved([g.numpy() for g in gradients]), expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_parallel_is_true_or_false():
    layer = SIMPLE_RNN.layer(M)
    assert layer.parallel is True
    layer.parallel = False
    with pytest.raises(ValueError, match="parallel is 'x'; expected True or False"):
        layer.parallel = "x"
    assert layer.parallel is False


def test_jit_compile_is_one_of_three_values():
    layer = SIMPLE_RNN.layer(M)
    assert layer.jit_compile == "auto"
    for layer.jit_compile in (True, False, "auto"):
        pass
    with pytest.raises(ValueError, match="jit_compile is 'yes'; expected True, False or 'auto'"):
        layer.jit_compile = "yes"
    assert layer.jit_compile == "auto"


def test_unrolling_backwards_over_masks_is_what_it_is_when_not_unrolled():
    """Here Keras differs from itself: it sets the outputs at the mirrored timesteps to zero."""
    rng = np.random.default_rng(54)
    x, mask = normal(rng, B, T, D), rng.uniform(size=(B, T)) < 0.5
    arguments = {"return_sequences": True, "go_backwards": True, "zero_output_for_mask": True}
    layer, unrolled = (
        SIMPLE_RNN.layer(M, **arguments),
        SIMPLE_RNN.layer(M, unroll=True, **arguments),
    )
    for either in (layer, unrolled):
        either.build(x.shape)
    unrolled.set_weights(layer.get_weights())
    outputs = layer(x, mask=mask).numpy()
    np.testing.assert_array_equal(unrolled(x, mask=mask), outputs)
    np.testing.assert_array_equal(np.any(outputs, axis=2), mask[:, ::-1])
