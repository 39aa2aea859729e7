"""What only an object in memory holds: own classes and functions."""

import functools
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers as k
from keras import ops

from rnnexp.interchange import from_keras
from tests.interchange.in_memory import (
    D,
    M,
    T,
    X,
    assert_alike,
    own_loss,
    randomised,
    recurrent_modules,
    sequential,
)


def closure(factor):
    return lambda x: factor * ops.tanh(x)


def relu(x):
    """Named as one of Keras's, and another function."""
    return ops.minimum(x, 0.5)


class Scaled:
    """A function that is no function."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * x

    def method(self, x):
        return ops.tanh(self.factor * x)


ACTIVATIONS = {
    "closure": closure(0.7),
    "named as Keras's": relu,
    "partial": functools.partial(keras.activations.leaky_relu, negative_slope=0.4),
    "method": Scaled(0.5).method,
    "callable object": Scaled(0.3),
    "ops": ops.sin,
    "layer": k.LeakyReLU(negative_slope=0.2),
}


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_any_activation_comes_along(activation):
    gru = k.GRU(M, activation=activation, return_sequences=True)
    assert_alike(sequential(gru, k.Dense(2, activation=activation)))


def test_two_functions_of_one_name_stay_two():
    first, second = closure(0.2), closure(0.9)
    assert_alike(sequential(k.SimpleRNN(M, activation=first), k.Dense(2, activation=second)))


def test_own_initializers_regularizers_and_constraints_are_kept():
    gru = k.GRU(
        M,
        kernel_initializer=lambda shape, dtype=None: ops.ones(shape, dtype),
        kernel_regularizer=lambda w: 0.1 * ops.sum(w),
        recurrent_constraint=lambda w: ops.clip(w, -1, 1),
        activity_regularizer=lambda y: ops.sum(y) ** 2,
    )
    model = sequential(gru)
    ours = assert_alike(model)
    model(X), ours(X)
    for loss, other in zip(model.losses, ours.losses, strict=True):
        np.testing.assert_allclose(loss, other, rtol=1e-5)
    for kind in ("kernel_initializer", "kernel_regularizer", "recurrent_constraint"):
        assert getattr(ours.layers[0].cell, kind) is getattr(gru.cell, kind)


def test_lambda_layers_and_what_they_refer_to():
    scale = {"by": 3.0}
    model = sequential(
        k.Lambda(lambda x: np.pi * x * scale["by"], output_shape=lambda shape: shape),
        k.Lambda(lambda x, power: x**power, arguments={"power": 3}),
        k.LSTM(M),
    )
    assert_alike(model)


def own_layer(offset):
    """Each call makes another class of the same name."""

    class Own(keras.layers.Layer):
        def __init__(self, units, inner=None, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.inner = inner or k.GRU(units, return_sequences=True)

        def call(self, x):
            return self.inner(x) + offset

        def get_config(self):
            return {**super().get_config(), "units": self.units, "inner": self.inner}

        @classmethod
        def from_config(cls, config):
            inner = keras.saving.deserialize_keras_object(config.pop("inner"))
            return cls(inner=inner, **config)

    return Own


def test_an_own_layer_around_a_recurrent_one():
    assert_alike(sequential(own_layer(0.5)(M), k.LSTM(M)))


def test_two_classes_of_one_name_stay_two():
    assert_alike(sequential(own_layer(0.5)(M), own_layer(-3.0)(M)))


class Makes(keras.Model):
    """Makes its layers in its code, as most subclassed models do."""

    def __init__(self, units=M):
        super().__init__()
        self.first = k.Bidirectional(k.GRU(units, return_sequences=True))
        self.more = [k.LSTM(units, return_sequences=True), k.Dense(units)]
        self.named = {"last": k.RNN([k.GRUCell(units), k.LSTMCell(units)])}
        self.head = keras.Sequential([k.Reshape((2, units // 2)), k.SimpleRNN(2)])

    def call(self, x):
        x = self.first(x)
        for layer in self.more:
            x = layer(x)
        return self.head(self.named["last"](x))


def test_a_subclassed_model_that_makes_its_own_layers():
    model = Makes()
    model(X)
    ours = assert_alike(randomised(model))
    with tf.GradientTape() as tape:
        loss = ops.sum(ours(X))
    assert all(slope is not None for slope in tape.gradient(loss, ours.trainable_weights))


def test_a_subclassed_model_without_weights_stays_without():
    ours = from_keras(Makes())
    assert recurrent_modules(ours) == {"rnnexp"}
    assert not ours.built


class Trains(keras.Model):
    """A model of Keras's graphs with a training step of its own."""

    def train_step(self, data):
        return {"own": 1.0}


def test_a_functional_model_of_an_own_class_keeps_it():
    x = keras.Input((T, D))
    ours = assert_alike(randomised(Trains(x, ops.mean(k.GRU(M)(x), axis=1) + 1.0)))
    assert ours.train_step(None) == {"own": 1.0}


def test_an_own_cell_beside_kerass():
    class Adding(keras.layers.Layer):
        state_size = M

        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], M))

        def call(self, x, states):
            h = x @ self.kernel + states[0]
            return h, [h]

    assert_alike(sequential(k.RNN([Adding(), k.GRUCell(M)])))


def test_what_was_never_adapted_is_adapted_afterwards():
    words, rows = np.array([["far away"]]), 3 + X
    for layer, x in ((k.TextVectorization(), words), (k.Normalization(), rows)):
        ours = from_keras(layer)
        ours.adapt(x), layer.adapt(x)
        np.testing.assert_array_equal(ours(x), layer(x))


def test_what_has_no_config_says_so_in_one_line():
    class Closed(keras.layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def call(self, x):
            return self.inner(x)

    with pytest.raises(TypeError, match=r"get_config") as refused:
        from_keras(Closed(k.GRU(M)))
    assert "\n" not in str(refused.value)
    with pytest.raises(TypeError, match="got list"):
        from_keras([k.GRU(M)])


def test_the_original_is_left_as_it_was():
    model = sequential(k.GRU(M, activation=closure(0.5)), k.Dense(1, activation=relu))
    model.compile("adam", own_loss)
    held = {id(layer): dict(vars(layer)) for layer in model._flatten_layers()}
    from_keras(model)
    for layer in model._flatten_layers():
        now = vars(layer)
        assert now.keys() == held[id(layer)].keys()
        assert all(now[name] is value for name, value in held[id(layer)].items())


def test_the_original_may_be_used_meanwhile():
    model = sequential(k.GRU(M, activation=closure(0.5)))
    expected, results = np.asarray(model(X)), []
    thread = threading.Thread(target=lambda: results.extend(model(X) for _ in range(20)))
    thread.start()
    while thread.is_alive():
        from_keras(model)
    thread.join()
    assert len(results) == 20
    for result in results:
        np.testing.assert_array_equal(result, expected)
