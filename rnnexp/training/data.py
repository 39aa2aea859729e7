"""The examples of a task as batches for Keras, each drawn when it is needed."""

from typing import Any

import keras

from rnnexp.config.errors import UserError
from rnnexp.tasks.examples import Examples
from rnnexp.tasks.task import CHUNK, Task
from rnnexp.training.examples import batch, check_padding, chunk, first_chunk, size_of


class TrainingData(keras.utils.PyDataset):
    """Batches `task.batch("train", seed, index, batch_size)` with the index from 0 on.

    What Keras calls an epoch are the steps between two validations; the batches run on from one to
    the next. The first callback of `fit` must be `epoch_callback`.

    Args:
        task: Draws the examples.
        seed: That of the run.
        batch_size: B.
        validate_every: The number of steps between two validations; None for an epoch of the task.

    Attributes:
        steps_per_pass: The number of whole batches in an epoch of the task.

    Raises:
        UserError: If the data cannot be read, or are fewer examples than one batch.
    """

    def __init__(
        self, task: Task, seed: int, batch_size: int, validate_every: int | None = None
    ) -> None:
        super().__init__()
        self._task = task
        self._seed = seed
        self._batch_size = batch_size
        self._epoch = self._first = 0
        examples = size_of(task, "train")
        self.steps_per_pass = examples // batch_size
        if self.steps_per_pass == 0:
            raise UserError(
                f"trainer.batch_size: expected at most the {examples} training examples of the "
                f"task, got {batch_size}"
            )
        self._length = validate_every or self.steps_per_pass
        check_padding(task, first_chunk(task, "train", seed), "train")

    def epoch_callback(self, epoch: int = 0, done: int = 0) -> keras.callbacks.Callback:
        """Return the callback that tells the dataset which epoch `fit` begins.

        Keras's `on_epoch_end` of a dataset cannot do this: it is called before the first epoch too,
        and does not know `initial_epoch`.

        Args:
            epoch: The epoch of Keras in which a resumed training continues.
            done: How many of its batches are done.
        """
        return _EpochCallback(self, epoch, done)

    def start(self, epoch: int, done: int = 0) -> None:
        """Continue with an epoch of Keras, whose first `done` batches are done."""
        self._epoch, self._first = epoch, done

    @property
    def num_batches(self) -> int:
        """How many batches are left of the epoch; Keras reads this at the beginning of each."""
        return len(self) - self._first

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        place = self._epoch * self._length + self._first + index
        return as_keras(batch(self._task, "train", self._seed, place, self._batch_size))


class EvaluationData(keras.utils.PyDataset):
    """All examples of the split "validation" or "test" in chunks.

    Args:
        task: Draws the examples.
        split: "validation" or "test".
        seed: That of the run.
        replicas: The number of devices. Each of them gets an example of every batch, the last
            included: the mean over no example is NaN, which Keras would average with the others.
    """

    def __init__(self, task: Task, split: str, seed: int, replicas: int = 1) -> None:
        super().__init__()
        self._task, self._split, self._seed = task, split, seed
        size = size_of(task, split)
        whole, rest = divmod(size, CHUNK)
        # A small rest is evaluated together with the chunk before it.
        self._joined = 0 < rest < replicas and whole > 0
        self._length = whole + (rest > 0 and not self._joined)

    def __len__(self) -> int:
        return self._length

    def examples(self, index: int) -> Examples:
        """Return a chunk; the last one may be smaller or, on several devices, larger."""
        drawn = chunk(self._task, self._split, self._seed, index)
        if self._joined and index == self._length - 1:
            rest = chunk(self._task, self._split, self._seed, index + 1)
            return Examples.joined([drawn, rest])
        return drawn

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        return as_keras(self.examples(index))


def as_keras(examples: Examples) -> tuple[Any, ...]:
    """Return (x, y) or (x, y, sample_weight) as `fit` takes them."""
    x, y, weights, _ = examples
    return (x, y) if weights is None else (x, y, weights)


class _EpochCallback(keras.callbacks.Callback):
    def __init__(self, data: TrainingData, epoch: int, done: int) -> None:
        super().__init__()
        self._data = data
        self._resumed = epoch, done

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        resumed, done = self._resumed
        self._data.start(epoch, done if epoch == resumed else 0)

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        # Keras expects as many batches as a whole epoch has; this ends a resumed one earlier.
        if batch >= self._data.num_batches:
            raise StopIteration
