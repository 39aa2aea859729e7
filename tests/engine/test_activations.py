"""Activations of one's own: right in every kind of call, with a warning where they take longer."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnnexp.engine import activations
from rnnexp.layers import LSTM
from tests.units import UNITS, each_of, normal, randomise

B, T, D, M = 3, 4, 2, 3
WITH_AN_ACTIVATION = each_of(
    [u for u in UNITS if u.has_activation and "activation" not in u.arguments],
    ("SimpleRNN", "GRU", "LayerNormLSTM"),
)


def variable():
    scale = tf.Variable(1.3)
    return (lambda a: tf.tanh(scale * a)), [scale]


def prelu():
    layer = keras.layers.PReLU(alpha_initializer="ones")
    layer.build((None, M))
    layer.alpha.assign([0.3] * M)
    return layer, [layer.alpha.value]


def printing():
    def activation(a):
        tf.print("activation", output_stream="file:///dev/null")
        return tf.tanh(a)

    return activation, []


def by_numpy():
    @tf.custom_gradient
    def activation(a):
        y = tf.ensure_shape(tf.numpy_function(np.tanh, [a], a.dtype), a.shape)
        return y, lambda d: d * (1 - y * y)

    return activation, []


def arithmetic():
    return (lambda a: a / (1 + tf.abs(a))), []


OWN = [variable, prelu, printing, by_numpy, arithmetic]
WAYS = {"eager": lambda f: f, "graph": tf.function}


def gradients(layer, x, variables):
    weights = [w.value for w in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(x)
        h = layer(x)
        loss = tf.reduce_sum(h * h)
    return [h, *tape.gradient(loss, [x, *variables, *weights])]


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("way", WAYS)
def test_values_and_gradients_are_those_of_keras(own, way):
    activation, variables = own()
    # Keras's LSTM with the activation at one place alone, where its layer, too, takes any function.
    ours, theirs = (kind(M, activation=activation) for kind in (LSTM, keras.layers.LSTM))
    for layer in (ours, theirs):
        layer.build((B, T, D))
    theirs.set_weights(randomise(ours, np.random.default_rng(5)).get_weights())
    x = tf.constant(normal(np.random.default_rng(6), B, T, D))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, expected = (WAYS[way](gradients)(k, x, variables) for k in (ours, theirs))
        np.testing.assert_allclose(ours(x), expected[0], rtol=1e-5, atol=1e-6)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@WITH_AN_ACTIVATION
@pytest.mark.parametrize("call", ["eager", "stateless", "gradient"])
def test_a_number_or_a_variable_that_changes_is_read_at_every_call(unit, call):
    number, weight = {"is": 1.0}, tf.Variable(1.0)

    def activation(a):
        return tf.tanh(number["is"] * weight * a)

    layer = unit.layer(M, **{**unit.arguments, "activation": activation})
    theirs = keras.layers.RNN(unit.cell(M, **{**unit.arguments, "activation": activation}))
    for either in (layer, theirs):
        either.build((B, T, D))
    theirs.set_weights(randomise(layer, np.random.default_rng(7)).get_weights())
    x = tf.constant(normal(np.random.default_rng(8), B, T, D))
    for number["is"], value in ((1.0, 1.0), (2.0, 1.0), (2.0, 0.5)):
        weight.assign(value)
        if call == "eager":
            found, expected = layer(x), theirs(x)
        elif call == "gradient":
            found, expected = (gradients(k, x, [])[1] for k in (layer, theirs))
        else:
            found, expected = (
                k.stateless_call(k.trainable_variables, k.non_trainable_variables, x)[0]
                for k in (layer, theirs)
            )
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (variable, "reads a variable or a tensor from outside"),
        (prelu, "is a layer"),
        (printing, "uses PrintV2"),
        (by_numpy, "uses .*PyFunc"),
        (arithmetic, None),
    ],
)
def test_what_is_left_to_tensorflow_is_told_once_with_its_reason(own, reason):
    activations._warn.cache_clear()
    activation, _ = own()
    layer = LSTM(M, activation=activation)
    x = tf.zeros((B, T, D))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(2):
            tf.function(lambda: gradients(layer, x, []))()
    texts = [str(w.message) for w in told if "the activation" in str(w.message)]
    assert len(texts) == (reason is not None)
    if reason is not None:
        with pytest.warns(match=reason):
            warnings.warn(texts[0], stacklevel=1)


def nan_batch():
    x = np.zeros((B, T, D), "float32")
    x[1, 2, 0] = np.nan
    return x


@pytest.mark.parametrize("jit_compile", ["auto", True])
def test_check_numerics_in_an_activation_lets_no_nan_pass(jit_compile):
    def checked(a):
        return tf.debugging.check_numerics(tf.tanh(a), "an activation")

    layer = LSTM(M, activation=checked)
    layer.jit_compile = jit_compile
    model = keras.Sequential([keras.Input((T, D)), layer])
    model.compile("sgd", "mse")
    with pytest.warns(match="uses CheckNumerics"):
        activations._warn.cache_clear()
        model.fit(np.zeros((B, T, D)), np.zeros((B, M)), verbose=0)
    for act in (model.predict, lambda x, verbose: model.fit(x, np.zeros((B, M)), verbose=verbose)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="an activation"):
            act(nan_batch(), verbose=0)
