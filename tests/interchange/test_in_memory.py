"""What only an object in memory holds: own classes and functions, states, seeds, flags."""

import functools
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers as k
from keras import ops

from rnnexp import layers
from rnnexp.interchange import from_keras, to_keras
from tests.units import EVERY_UNIT, normal

B, T, D, M = 3, 5, 2, 4
X = normal(np.random.default_rng(0), B, T, D)


def randomised(model):
    rng = np.random.default_rng(1)
    for weight in model.trainable_weights:
        weight.assign(0.5 * normal(rng, *weight.shape))
    return model


def sequential(*parts, batch=None):
    return randomised(keras.Sequential([keras.Input((T, D), batch_size=batch), *parts]))


def recurrent_modules(model):
    names = set(layers.__all__)
    return {
        type(part).__module__.partition(".")[0]
        for part in model._flatten_layers()
        if type(part).__name__ in names
    }


def assert_alike(model, x=X):
    """The copy computes the same, and so does what comes back; each has only its own layers."""
    expected = np.asarray(model(x))
    ours = from_keras(model)
    theirs = to_keras(ours)
    assert recurrent_modules(ours) <= {"rnnexp"} and recurrent_modules(theirs) <= {"keras"}
    assert recurrent_modules(model) == recurrent_modules(theirs)
    np.testing.assert_allclose(ours(x), expected, atol=1e-6)
    np.testing.assert_allclose(theirs(x), expected, atol=1e-6)
    np.testing.assert_array_equal(model(x), expected)
    return ours


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


@EVERY_UNIT
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


def own_loss(y, prediction):
    return ops.mean((y - prediction) ** 4)


class OwnMetric(keras.metrics.Mean):
    """A metric that nobody registered."""

    def __init__(self, power=3.0, **kwargs):
        super().__init__(**kwargs)
        self.power = power

    def update_state(self, y, prediction, sample_weight=None):
        super().update_state(ops.abs(y - prediction) ** self.power)

    def get_config(self):
        return {**super().get_config(), "power": self.power}


class Halving(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule that nobody registered."""

    def __call__(self, step):
        return 0.05 / (1.0 + ops.cast(step, "float32"))

    def get_config(self):
        return {}


COMPILED = {
    "own loss": {"optimizer": "adam", "loss": own_loss},
    "lambda": {"optimizer": keras.optimizers.SGD(Halving()), "loss": lambda y, p: own_loss(y, p)},
    "own metric": {"optimizer": "sgd", "loss": "mse", "metrics": [OwnMetric(2.0), own_loss, "mae"]},
    "weighted": {"optimizer": keras.optimizers.Adam(0.01), "loss": [own_loss], "loss_weights": [2]},
}


@pytest.mark.parametrize("arguments", COMPILED.values(), ids=COMPILED)
def test_a_compiled_model_trains_alike(arguments):
    model = sequential(k.SimpleRNN(M), k.Dense(1))
    model.compile(**arguments, run_eagerly=True)
    ours = from_keras(model)
    assert ours.run_eagerly
    y = np.ones((B, 1), "float32")
    expected = model.fit(X, y, epochs=2, verbose=0, shuffle=False).history
    history = ours.fit(X, y, epochs=2, verbose=0, shuffle=False).history
    assert list(history) == list(expected)
    for name in expected:
        np.testing.assert_allclose(history[name], expected[name], rtol=1e-5)
    assert ours.optimizer is not model.optimizer


def test_what_cannot_be_compiled_again_is_left_with_a_warning():
    class Closed(keras.metrics.Mean):
        def __init__(self, needed):
            super().__init__()

    model = sequential(k.GRU(M))
    model.compile("adam", "mse", metrics=[Closed(1)])
    with pytest.warns(UserWarning, match="is not compiled"):
        ours = from_keras(model)
    assert not ours.compiled
    np.testing.assert_allclose(ours(X), model(X), atol=1e-6)


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
