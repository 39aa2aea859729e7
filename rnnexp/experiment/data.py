"""A task's training examples as batches, drawn anew for every epoch."""

import keras
import numpy as np

from rnnexp.experiment.errors import UserError
from rnnexp.tasks.task import Task


class Epochs(keras.utils.PyDataset):
    """Batches of (B, T, D) and (B, …); epoch e is `task.examples("train", seed, e)`, in that order.

    Every batch has the same size, so that one compiled step serves all; the rest that an epoch
    leaves over is another one in the next. Give `fit` the `follower` among its callbacks.

    Raises UserError for data that cannot be read, and for fewer examples than one batch.
    """

    def __init__(self, task: Task, seed: int, batch_size: int) -> None:
        super().__init__()
        self._task = task
        self._seed = seed
        self._batch_size = batch_size
        self._start(0)
        if len(self) == 0:
            raise UserError(
                f"trainer.batch_size: expected at most the {len(self._x)} training examples of the "
                f"task, got {batch_size}"
            )

    @property
    def follower(self) -> keras.callbacks.Callback:
        """Draws each epoch as `fit` begins it.

        Keras's own `on_epoch_end` of a dataset is no substitute: it is called once before the first
        epoch too, and knows nothing of an `initial_epoch`.
        """
        return keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: self._start(epoch))

    def _start(self, epoch: int) -> None:
        try:
            self._x, self._y = self._task.examples("train", self._seed, epoch)
        except OSError as error:
            raise UserError(f"task: its data cannot be read: {error}") from error

    def __len__(self) -> int:
        return len(self._x) // self._batch_size

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        batch = slice(index * self._batch_size, (index + 1) * self._batch_size)
        return self._x[batch], self._y[batch]
