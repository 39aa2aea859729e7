"""The examples of a task as batches for Keras, each drawn when it is needed."""

from typing import Any

import keras
import numpy as np

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
    """All examples of the split "validation" or "test" in batches of about `CHUNK`.

    Args:
        task: Draws the examples.
        split: "validation" or "test".
        seed: That of the run.
        replicas: The number of devices. Each of them gets an example of every batch, because the
            mean over no example is NaN; and of the first batch, which Keras adds up over the
            devices, each gets as many.

    Raises:
        UserError: If the examples are too few for so many devices.
    """

    def __init__(self, task: Task, split: str, seed: int, replicas: int = 1) -> None:
        super().__init__()
        self._task, self._split, self._seed = task, split, seed
        self._ends = np.cumsum([0, *_batch_sizes(size_of(task, split), split, replicas)])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def examples(self, index: int) -> Examples:
        """Return a batch."""
        first, end = self._ends[index : index + 2]
        chunks = range(first // CHUNK, -(-end // CHUNK))
        drawn = [chunk(self._task, self._split, self._seed, number) for number in chunks]
        before = chunks[0] * CHUNK
        return Examples.joined(drawn).rows(slice(first - before, end - before))

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        return as_keras(self.examples(index))


def _batch_sizes(size: int, split: str, replicas: int) -> list[int]:
    """Return the sizes of all batches of a split; see `EvaluationData`."""
    most = CHUNK - CHUNK % replicas
    whole, rest = divmod(size, most)
    if rest == 0 or (whole and rest >= replicas):
        return [most] * whole + [rest] * (rest > 0)
    if whole >= 2:
        return [most] * (whole - 1) + [most + rest]
    last = size % replicas + replicas * (size % replicas > 0)
    if size < replicas or last == size:
        raise UserError(
            f"task: {size} examples of the {split} split cannot be shared by {replicas} devices; "
            f"expected a multiple of {replicas}, or at least {2 * replicas}"
        )
    return [size - last] + [last] * (last > 0)


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
