"""What a model sees is what the task draws, epoch by epoch."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest

from rnnexp.config.errors import UserError
from rnnexp.tasks import FirstToken
from rnnexp.training.data import Epochs


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


def test_every_epoch_is_the_tasks_own_in_its_order():
    task = FirstToken(length=4, train_examples=23)
    model = Watch()
    model.compile(run_eagerly=True)
    data = Epochs(task, seed=5, batch_size=4)
    epochs = {"initial_epoch": 1, "epochs": 4}
    model.fit(data, **epochs, callbacks=[data.epoch_callback()], shuffle=False, verbose=0)
    for epoch in range(1, 4):
        batches = model.seen[(epoch - 1) * 5 : epoch * 5]
        drawn = task.examples("train", 5, epoch)
        for part in (0, 1):
            seen = np.concatenate([batch[part] for batch in batches])
            np.testing.assert_array_equal(seen, drawn[part][:20])
    assert len(model.seen) == 15


def test_an_epoch_goes_on_where_it_was_left_and_the_next_is_whole():
    task = FirstToken(length=4, train_examples=23)
    model = Watch()
    model.compile(run_eagerly=True)
    data = Epochs(task, seed=5, batch_size=4)
    begun = []
    counter = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: begun.append(1)
    )
    with pytest.warns(UserWarning, match="ran out of data"):
        model.fit(
            data,
            initial_epoch=1,
            epochs=3,
            callbacks=[data.epoch_callback(1, 3), counter],
            shuffle=False,
            verbose=0,
        )
    drawn = [task.examples("train", 5, epoch)[0] for epoch in (1, 2)]
    seen = np.concatenate([batch[0] for batch in model.seen])
    np.testing.assert_array_equal(seen, np.concatenate([drawn[0][12:20], drawn[1][:20]]))
    assert len(begun) == len(model.seen) == 7


def test_a_batch_larger_than_the_task():
    with pytest.raises(UserError, match="at most the 23"):
        Epochs(FirstToken(train_examples=23), seed=0, batch_size=24)


@dataclass(frozen=True)
class Unreadable(FirstToken):
    """A task whose file is not there."""

    def examples(self, split, seed, epoch=0):
        """Open a file that does not exist."""
        raise FileNotFoundError(2, "No such file or directory", "series.csv")


def test_data_that_cannot_be_read():
    with pytest.raises(UserError, match=r"series\.csv"):
        Epochs(Unreadable(), seed=0, batch_size=1)
