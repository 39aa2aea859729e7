"""What is written after every epoch, and what the summary needs to know of it."""

import math
import time
from pathlib import Path
from typing import Any

import keras

from rnnexp.dashboard.scalars import Scalars
from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import write_metrics
from rnnexp.tasks.task import Task


class Record(keras.callbacks.Callback):
    """A row of metrics.csv and a point of every TensorBoard curve for each epoch.

    A row: epoch (from 1), step (optimizer updates so far), loss and metric on the training split
    (means over the epoch) and, as val_…, on the validation split after it, learning_rate, seconds
    since the start. `steps_to_solve` is the step of the first epoch whose validation score solves
    the task, None until then.
    """

    def __init__(self, task: Task, folder: Path, scalars: Scalars) -> None:
        super().__init__()
        self.steps_to_solve: int | None = None
        self._task = task
        self._folder = folder
        self._scalars = scalars
        self._rows: list[dict[str, float]] = []
        self._start = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = {name: _digits(value) for name, value in (logs or {}).items()}
        metric = self._task.metric
        step = int(self.model.optimizer.iterations)
        rate = _digits(self.model.optimizer.learning_rate)
        self._rows.append(
            {
                "epoch": epoch + 1,
                "step": step,
                **{name: logs[name] for name in ("loss", metric, "val_loss", f"val_{metric}")},
                "learning_rate": rate,
                "seconds": round(time.monotonic() - self._start, 3),
            }
        )
        write_metrics(self._folder, self._rows)
        train = {"loss": logs["loss"], metric: logs[metric], "learning_rate": rate}
        self._scalars.write("train", train, step)
        validation = {"loss": logs["val_loss"], metric: logs[f"val_{metric}"]}
        self._scalars.write("validation", validation, step)
        if self.steps_to_solve is None and self._task.solved(validation[metric]):
            self.steps_to_solve = step
        check_finite(logs["loss"], f"in epoch {epoch + 1}")


def _digits(value: Any) -> float:
    """As many digits as a float32 has."""
    return float(f"{float(value):.7g}")


def check_finite(loss: float, when: str) -> None:
    """Raise UserError for a loss that has become infinite or no number at all."""
    if not math.isfinite(loss):
        raise UserError(
            f"optimizer: the loss became {loss} {when}; "
            "lower optimizer.learning_rate or set optimizer.global_clipnorm=1"
        )
