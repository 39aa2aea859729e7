"""What is written after every epoch, and what the summary needs to know of it."""

import time
from pathlib import Path
from typing import Any

import keras

from rnnexp.dashboard.scalars import Scalars
from rnnexp.experiment.folder import METRICS, read_metrics, write_metrics
from rnnexp.tasks.task import Task


class Record(keras.callbacks.Callback):
    """A row of metrics.csv and a point of every TensorBoard curve for each epoch.

    A row: epoch (from 1), step (optimizer updates so far), loss and metric on the training split
    (means over the epoch) and, as val_…, on the validation split after it, learning_rate, seconds
    since `start`, by time.monotonic. `steps_to_solve` is the step of the first epoch whose
    validation score solves the task, None until then.
    """

    def __init__(self, task: Task, folder: Path, scalars: Scalars, start: float) -> None:
        super().__init__()
        self.steps_to_solve: int | None = None
        self._task = task
        self._folder = folder
        self._scalars = scalars
        self._rows: list[dict[str, Any]] = []
        self._start = start

    def rewind(self, step: int) -> None:
        """Go on after the rows up to `step`; forget those after it."""
        self._rows = [dict(row) for row in read_metrics(self._folder) if int(row["step"]) <= step]
        if self._rows:
            write_metrics(self._folder, self._rows)
        else:
            (self._folder / METRICS).unlink(missing_ok=True)
        for row in self._rows:
            self._solved_at(int(row["step"]), float(row[f"val_{self._task.metric}"]))

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
        self._solved_at(step, validation[metric])

    def _solved_at(self, step: int, score: float) -> None:
        if self.steps_to_solve is None and self._task.solved(score):
            self.steps_to_solve = step


def _digits(value: Any) -> float:
    """As many digits as a float32 has."""
    return float(f"{float(value):.7g}")
