"""What a model sees is what the task draws, batch by batch."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnexp.config.errors import UserError
from rnnexp.tasks import Examples, FirstToken, Inputs
from rnnexp.training.data import EvaluationData, TrainingData
from rnnexp.training.examples import check_padding


class Watch(keras.Model):
    """Learns nothing and keeps every batch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def call(self, x):
        return x

    def train_step(self, data):
        self.seen.append([part.numpy() for part in data])
        return {"loss": 0.0}


def trained(data: TrainingData, callback: keras.callbacks.Callback, **epochs: int) -> list:
    """The batches that a model sees in `fit`."""
    model = Watch()
    model.compile(run_eagerly=True)
    model.fit(data, **epochs, callbacks=[callback], shuffle=False, verbose=0)
    return model.seen


def check_batches(task: FirstToken, seen: list, indices: range) -> None:
    """Compare batches of 4 with those that the task draws with seed 5."""
    assert len(seen) == len(indices)
    for index, batch in zip(indices, seen, strict=True):
        drawn = task.batch("train", 5, index, 4)
        np.testing.assert_array_equal(batch[0], drawn.x)
        np.testing.assert_array_equal(batch[1], drawn.y)


@pytest.mark.parametrize(("validate_every", "length"), [(3, 3), (None, 5)])
def test_the_batches_run_on_from_validation_to_validation(validate_every, length):
    task = FirstToken(length=4, train_examples=23)
    data = TrainingData(task, 5, 4, validate_every)
    seen = trained(data, data.epoch_callback(), initial_epoch=1, epochs=3)
    check_batches(task, seen, range(length, 3 * length))
    assert data.steps_per_pass == 5


@pytest.mark.filterwarnings("ignore:.*ran out of data")
def test_an_epoch_of_keras_continues_where_it_was_left_and_the_next_is_whole():
    task = FirstToken(length=4, train_examples=23)
    data = TrainingData(task, seed=5, batch_size=4, validate_every=6)
    seen = trained(data, data.epoch_callback(1, 4), initial_epoch=1, epochs=3)
    check_batches(task, seen, range(10, 18))


@given(size=st.integers(1, 800), replicas=st.integers(1, 8))
def test_an_evaluation_sees_every_example_once_and_every_device_has_one(size, replicas):
    assume(size % replicas == 0 or size >= 2 * replicas)
    task = FirstToken(length=2, test_examples=size)
    data = EvaluationData(task, "test", 3, replicas)
    parts = [data.examples(index) for index in range(len(data))]
    np.testing.assert_array_equal(Examples.joined(parts).x, task.examples("test", 3).x)
    assert all(len(part.x) >= replicas for part in parts)
    assert len(parts[0].x) % replicas == 0


@pytest.mark.parametrize(("size", "replicas"), [(1, 2), (3, 2), (5, 4), (7, 4)])
def test_too_few_examples_for_the_devices_are_refused(size, replicas):
    task = FirstToken(length=2, test_examples=size)
    with pytest.raises(UserError, match=f"{size} examples of the test .* {replicas} devices"):
        EvaluationData(task, "test", 3, replicas)


def test_a_batch_larger_than_the_task():
    with pytest.raises(UserError, match="at most the 23"):
        TrainingData(FirstToken(train_examples=23), seed=0, batch_size=24)


@dataclass(frozen=True)
class Unreadable(FirstToken):
    """A task whose file is not there."""

    def batch(self, split, seed, index, number):
        """Open a file that does not exist."""
        raise FileNotFoundError(2, "No such file or directory", "series.csv")


def test_data_that_cannot_be_read():
    with pytest.raises(UserError, match=r"series\.csv"):
        TrainingData(Unreadable(), seed=0, batch_size=1)


@dataclass(frozen=True)
class Padded(FirstToken):
    """A task whose sequences may be padded."""

    inputs = Inputs("tokens", 9, padded=True)


@pytest.mark.parametrize("row", [[0, 0, 0], [0, 1, 1], [1, 0, 1]])
def test_padding_that_is_not_at_the_end_is_found(row):
    right = np.array([[1, 2, 3], [1, 2, 0], [1, 0, 0]], np.int32)
    check_padding(Padded(), Examples(right, right[:, 0]), "train")
    wrong = np.vstack([right, np.array([row], np.int32)])
    with pytest.raises(UserError, match=r"padding at the end .* example 3$"):
        check_padding(Padded(), Examples(wrong, wrong[:, 0]), "train")
