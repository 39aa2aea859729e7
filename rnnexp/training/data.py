"""The training examples of a task in batches, drawn anew for every epoch."""

import keras
import numpy as np

from rnnexp.config.errors import UserError
from rnnexp.tasks.task import Task
from rnnexp.training.examples import examples, first_examples


class Epochs(keras.utils.PyDataset):
    """Batches of (B, T, D) and (B, …) from `task.examples("train", seed, epoch)`, in that order.

    All batches have the same size, so that one compiled step serves them all. The examples that an
    epoch leaves over are others in the next. The first callback of `fit` must be `epoch_callback`.

    Args:
        task: Draws the examples.
        seed: That of the run.
        batch_size: B.

    Raises:
        UserError: If the data cannot be read, or are fewer examples than one batch.
    """

    def __init__(self, task: Task, seed: int, batch_size: int) -> None:
        super().__init__()
        self._task = task
        self._seed = seed
        self._batch_size = batch_size
        self._first = 0
        self._x, self._y = first_examples(task, "train", seed)
        if len(self) == 0:
            raise UserError(
                f"trainer.batch_size: expected at most the {len(self._x)} training examples of the "
                f"task, got {batch_size}"
            )

    def epoch_callback(self, epoch: int = 0, batch: int = 0) -> keras.callbacks.Callback:
        """Return the callback that draws each epoch as `fit` begins it.

        Keras's `on_epoch_end` of a dataset cannot do this: it is called before the first epoch too,
        and does not know `initial_epoch`.

        Args:
            epoch: The epoch in which a resumed training continues.
            batch: How many of its batches are done.
        """
        return _EpochCallback(self, epoch, batch)

    def start(self, epoch: int, batch: int = 0) -> None:
        """Draw the examples of `epoch`, whose first `batch` batches are done."""
        self._first = batch
        self._x, self._y = examples(self._task, "train", self._seed, epoch)

    @property
    def num_batches(self) -> int:
        """How many batches are left of the epoch; Keras reads this at the beginning of each."""
        return len(self) - self._first

    def __len__(self) -> int:
        return len(self._x) // self._batch_size

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        start = (self._first + index) * self._batch_size
        batch = slice(start, start + self._batch_size)
        return self._x[batch], self._y[batch]


class _EpochCallback(keras.callbacks.Callback):
    def __init__(self, data: Epochs, epoch: int, batch: int) -> None:
        super().__init__()
        self._data = data
        self._resumed = epoch, batch

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        resumed, batch = self._resumed
        self._data.start(epoch, batch if epoch == resumed else 0)

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        # Keras expects as many batches as a whole epoch has; this ends a resumed one earlier.
        if batch >= self._data.num_batches:
            raise StopIteration
