"""The callbacks may be copied and pickled; models without weights and with other layers in them."""

import copy
import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnnexp import layers
from rnnexp.callbacks import GateStatistics, Probe, TimestepGradients
from rnnexp.dashboard.history import load_history
from tests.callbacks.training import (
    D,
    M,
    T,
    both,
    model_of,
    probe_batch,
    steps_of,
    train_and_stop,
)

COPY = pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda callbacks: pickle.loads(pickle.dumps(callbacks))],
    ids=["deepcopy", "pickle"],
)


def gru():
    keras.utils.set_random_seed(2)
    return model_of(layers.GRU(M, name="unit"))


@pytest.mark.slow
@COPY
def test_a_copy_of_fresh_callbacks_measures_what_they_would(copied, tmp_path):
    train_and_stop(gru(), both(tmp_path / "one", 2), 4)
    callbacks = copied(both(tmp_path / "other", 2))
    assert callbacks[0].probe is callbacks[1].probe
    train_and_stop(gru(), callbacks, 4)
    files = [tmp_path / name / "diagnostics.nc" for name in ("one", "other")]
    one, other = (load_history(file)["unit"] for file in files)
    assert one.identical(other)


@COPY
def test_a_copy_of_used_callbacks_goes_on_where_they_were(copied, tmp_path):
    model, callbacks = gru(), both(tmp_path, 2)
    train_and_stop(model, callbacks, 4)
    again = copied(callbacks)
    train_and_stop(model, again, 2, first=4, steps=2)
    assert steps_of(tmp_path, "gate_mean") == steps_of(tmp_path, "gradient_norm") == [0, 2, 4, 6]


@pytest.mark.slow
@COPY
def test_copies_for_one_training_after_another_lose_nothing(copied, tmp_path):
    """As KerasTuner does, a copy for each trial."""
    callbacks = [GateStatistics(Probe(*probe_batch(), log_dir=tmp_path), 1)]
    for trial in range(3):
        copies = copied(callbacks)
        if trial:
            with pytest.warns(UserWarning, match="is of a training before the one that begins"):
                train_and_stop(gru(), copies, trial + 1)
        else:
            train_and_stop(gru(), copies, trial + 1)
    files = [tmp_path / f"diagnostics{number}.nc" for number in (".1", ".2", "")]
    assert [load_history(f)["unit"].sizes["step"] for f in files] == [2, 3, 4]


def data_set(x, y):
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(len(x)), None


def ragged(x, y):
    return tf.RaggedTensor.from_tensor(x), y


@COPY
@pytest.mark.parametrize("given", [data_set, ragged])
def test_a_probe_of_anything_may_be_copied(given, copied, tmp_path):
    x, y = given(*probe_batch())
    probe = copied(Probe(x, y, "mse", tmp_path, tmp_path / "own.nc"))
    assert (probe.loss, probe.log_dir, probe.arrays) == ("mse", tmp_path, tmp_path / "own.nc")
    for one, other in zip((probe.x, probe.y), probe_batch(), strict=True):
        dense = one.to_tensor() if isinstance(one, tf.RaggedTensor) else one
        np.testing.assert_array_equal(dense, other)


class Own(keras.Model):
    """Makes its layers when it is called first, for what it is called with."""

    def __init__(self):
        super().__init__()
        self.unit, self.top = layers.GRU(M, name="unit"), keras.layers.Dense(1)

    def call(self, x):
        return self.top(self.unit(x))


def sequential():
    return keras.Sequential([layers.GRU(M, name="unit"), keras.layers.Dense(1)])


@pytest.mark.parametrize("make", [sequential, Own])
def test_a_model_without_weights_gets_those_that_training_would_give_it(make, tmp_path):
    def ends(callbacks):
        keras.utils.set_random_seed(2)
        model = make()
        model.compile("sgd", "mean_squared_error")
        train_and_stop(model, callbacks, 2)
        return model

    one, other = ends([]), ends(both(tmp_path, 1))
    for weight, same in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, same)
    assert steps_of(tmp_path, "gate_mean") == [0, 1, 2]
    longer = np.ones((5, T + 3, D))
    assert other.predict(longer, verbose=0).shape == (5, 1)


def test_a_layer_of_another_cell_is_told_once_and_the_others_are_measured(tmp_path):
    cells = keras.layers.StackedRNNCells([keras.layers.GRUCell(D)])
    foreign = keras.layers.RNN(cells, return_sequences=True, name="foreign")
    model = model_of(foreign, layers.GRU(M, name="unit"))
    probe = Probe(*probe_batch(), log_dir=tmp_path)
    callbacks = [GateStatistics(probe, 20), TimestepGradients(probe, 1)]
    with pytest.warns(UserWarning, match="leaves out 'foreign'") as told:
        train_and_stop(model, callbacks, 2)
    assert len([w for w in told if "leaves out" in str(w.message)]) == 1
    assert list(load_history(tmp_path / "diagnostics.nc")) == ["unit"]
    assert steps_of(tmp_path, "gradient_norm") == [0, 1, 2]


def test_targets_whose_time_is_not_static_are_looked_at_in_a_compiled_training(tmp_path):
    tf.config.run_functions_eagerly(False)
    words = ["one", "two", "three", "four", "five", "six"]
    table = keras.layers.TextVectorization(output_sequence_length=None)
    table.adapt(words)
    model = keras.Sequential(
        [
            keras.Input((), dtype="string"),
            table,
            keras.layers.Embedding(9, D, mask_zero=True),
            keras.layers.LSTM(M, return_sequences=True, name="unit"),
            keras.layers.Dense(1),
        ]
    )
    model.compile("sgd", "mean_squared_error")
    rng = np.random.default_rng(0)
    texts = np.array([" ".join(rng.choice(words, 5)) for _ in range(64)], dtype=object)
    y = rng.normal(size=(64, 5, 1))
    probe = Probe(texts, y, log_dir=tmp_path)
    callbacks = [GateStatistics(probe, 1), TimestepGradients(probe, 1)]
    with pytest.raises(ArithmeticError):
        model.fit(texts, y, epochs=9, verbose=0, callbacks=[*callbacks, Ends()])
    callbacks[0].flush()
    assert steps_of(tmp_path, "gradient_norm") == [0, 1, 2]


class Ends(keras.callbacks.Callback):
    """After an epoch, before pictures are drawn."""

    def on_epoch_end(self, epoch, logs=None):
        raise ArithmeticError
