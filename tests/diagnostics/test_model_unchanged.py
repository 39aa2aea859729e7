"""A trace leaves the model as it found it, and works on models that have no config to copy."""

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp import layers
from tests.diagnostics.models import MODELS, B, D, M, T, batch


class Noisy(keras.layers.Layer):
    """Draws a number and counts its calls, even when the model only predicts."""

    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(3)
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        self.calls.assign_add(1.0)
        return x + keras.random.normal(keras.ops.shape(x), seed=self.seeds)


def everything(model):
    """Every variable of the model, its metrics, seeds and optimizer."""
    variables = [*model.variables, *model.metrics_variables, *model.optimizer.variables]
    return [np.copy(v) for v in variables]


def trained(model, x, y):
    model.compile("adam", "mean_squared_error", metrics=["mae"])
    model.fit(x, y, batch_size=B, shuffle=False, verbose=0)
    return model


def test_weights_states_seeds_metrics_and_optimizer_stay():
    x, y = batch()
    inputs = keras.Input(batch_shape=(B, T, D))
    h = Noisy()(inputs)
    h = layers.GRU(M, stateful=True, return_sequences=True, dropout=0.2, kernel_regularizer="l2")(h)
    h = keras.layers.BatchNormalization()(h)
    h = keras.layers.LSTM(M, stateful=True, recurrent_dropout=0.2, activity_regularizer="l2")(h)
    model = trained(keras.Model(inputs, keras.layers.Dense(1)(h)), x, y)
    before = everything(model)
    trace = rnnexp.trace(model, x, y)
    for one, other in zip(before, everything(model), strict=True):
        np.testing.assert_array_equal(one, other)
    for layer in model.layers:
        assert "inner_loop" not in vars(layer)
    first = next(iter(trace.values()))
    np.testing.assert_array_equal(first["h_0"], model.layers[2].states[0].numpy())


@pytest.mark.parametrize(
    "make",
    [pytest.param(m, marks=pytest.mark.slow) if m.__name__ == "nested" else m for m in MODELS],
    ids=lambda make: make.__name__,
)
def test_training_goes_on_as_if_there_had_been_no_trace(make):
    x, y = batch()
    ends = []
    for traced in (False, True):
        model = trained(make(), x, y)
        if traced:
            rnnexp.trace(model, x, y)
        model.fit(x, y, batch_size=B, shuffle=False, verbose=0)
        ends.append(model.get_weights())
    for one, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_model_of_several_outputs_is_given_no_metrics_by_a_trace():
    """Keras adds one for each output at the first targets, which are the trainer's to give."""
    x, y = batch()
    model = MODELS[0]()
    outputs = {"one": model.outputs[0], "two": 2 * model.outputs[0]}
    model = keras.Model(model.inputs, outputs)
    model.compile("sgd", {"one": "mse", "two": "mae"}, loss_weights={"one": 1.0, "two": 0.5})
    rnnexp.trace(model, x, {"one": y, "two": y})
    assert [metric.name for metric in model.metrics] == ["loss"]


def test_the_model_is_itself_again_after_an_error_inside():
    x, y = batch()

    def broken(*_):
        raise ArithmeticError("in the loss")

    model = MODELS[0]()
    with pytest.raises(ArithmeticError, match="in the loss"):
        rnnexp.trace(model, x, y, broken)
    assert all("inner_loop" not in vars(layer) for layer in model.layers)


class Subclassed(keras.Model):
    """A model of one's own, without a config."""

    def __init__(self, cells):
        super().__init__()
        self.low = cells.LSTM(M, return_sequences=True, name="low")
        self.high = cells.GRU(M, name="high")
        self.top = keras.layers.Dense(1)

    def call(self, x):
        return self.top(self.high(self.low(2 * x)))


@pytest.mark.parametrize("cells", [keras.layers, layers], ids=["keras", "rnnexp"])
def test_a_model_of_ones_own_and_one_with_a_lambda_are_traced(cells):
    x, y = batch()
    own = Subclassed(cells)
    own(x)
    functional = keras.Sequential(
        [keras.Input((T, D)), keras.layers.Lambda(lambda x: 2 * x), own.low, own.high, own.top]
    )
    one, other = (rnnexp.trace(m, x, y, "mean_squared_error") for m in (own, functional))
    assert list(one) == list(other) == ["low", "high"]
    assert all(one[name].equals(other[name]) for name in one)


def test_other_precisions_are_traced_in_float32():
    x, y = batch()
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = keras.Sequential([keras.Input((T, D)), layers.GRU(M), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    (found,) = rnnexp.trace(model, x, y).values()
    assert {str(v.dtype) for v in found.values()} == {"float32"}
    assert model.layers[0].compute_dtype == "bfloat16"
