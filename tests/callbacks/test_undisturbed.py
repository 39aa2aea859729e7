"""Training with the callbacks is training without them, to the last bit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnnexp import layers
from tests.callbacks.training import BATCH, D, M, T, both, model_of, train, train_and_stop
from tests.units import EVERY_UNIT_VERY_SLOWLY


def ends(make, log_dir, fit):
    """What a training without and with the callbacks comes to: all variables, and the history."""
    found = []
    for callbacks in ([], both(log_dir, every=2, sequences=BATCH)):
        keras.utils.set_random_seed(3)
        model, seen = make(), keras.callbacks.History()
        fit(model, callbacks, seen)
        variables = [*model.variables, *model.metrics_variables, *model.optimizer.variables]
        found.append(([np.array(v.numpy()) for v in variables], seen.history))
    return found


def check_same(found):
    (without, history), (with_them, seen) = found
    assert len(without) == len(with_them)
    for one, other in zip(without, with_them, strict=True):
        np.testing.assert_array_equal(one, other)
    assert history == seen


@EVERY_UNIT_VERY_SLOWLY
def test_the_weights_are_the_same_for_every_unit(unit, tmp_path):
    def make():
        return model_of(unit.layer(M, dropout=0.3), optimizer="adam")

    def fit(model, callbacks, seen):
        train_and_stop(model, callbacks, 4, [seen])

    check_same(ends(make, tmp_path, fit))


def with_everything():
    """Dropout of every kind, a state that stays, batch statistics, regularizers, metrics."""
    inputs = keras.Input(batch_shape=(BATCH, T, D))
    h = keras.layers.Dropout(0.2)(inputs)
    h = layers.GRU(M, stateful=True, return_sequences=True, recurrent_dropout=0.2)(h)
    h = keras.layers.BatchNormalization()(h)
    model = keras.Model(inputs, keras.layers.Dense(1, kernel_regularizer="l2")(h))
    model.compile("rmsprop", "mean_squared_error", metrics=["mae"], weighted_metrics=["mse"])
    return model


@pytest.fixture
def compiled():
    tf.config.run_functions_eagerly(False)


def test_so_is_everything_else_in_a_compiled_training(compiled, tmp_path):
    def fit(model, callbacks, seen):
        train(model, [*callbacks, seen], steps=3, epochs=2, validation_split=1 / 3)

    check_same(ends(with_everything, tmp_path, fit))
