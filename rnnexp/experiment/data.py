"""A task's training examples as batches, drawn anew for every epoch."""

import keras
import numpy as np

from rnnexp.experiment.errors import UserError
from rnnexp.tasks.task import Task


class Epochs(keras.utils.PyDataset):
    """Batches of (B, T, D) and (B, …); epoch e is `task.examples("train", seed, e)`, in that order.

    Every batch has the same size, so that one compiled step serves all; the rest that an epoch
    leaves over is another one in the next.
    """

    def __init__(self, task: Task, seed: int, batch_size: int) -> None:
        super().__init__()
        self._task = task
        self._seed = seed
        self._batch_size = batch_size
        self._epoch = 0
        self._draw()
        if len(self) == 0:
            raise UserError(
                f"trainer.batch_size: expected at most the {len(self._x)} training examples of the "
                f"task, got {batch_size}"
            )

    def _draw(self) -> None:
        self._x, self._y = self._task.examples("train", self._seed, self._epoch)

    def __len__(self) -> int:
        return len(self._x) // self._batch_size

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        batch = slice(index * self._batch_size, (index + 1) * self._batch_size)
        return self._x[batch], self._y[batch]

    def on_epoch_end(self) -> None:
        self._epoch += 1
        self._draw()
