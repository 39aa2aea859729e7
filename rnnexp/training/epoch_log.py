"""What is written after every epoch, and what the summary needs to know of it."""

import sys
import time
from pathlib import Path
from typing import Any

import keras

from rnnexp.dashboard.scalars import Scalars
from rnnexp.files.reading import Unreadable
from rnnexp.runs.folder import METRICS, set_aside
from rnnexp.runs.metrics import read_metrics, write_metrics
from rnnexp.tasks.task import Task


class Record(keras.callbacks.Callback):
    """A row of metrics.csv and a point of every TensorBoard curve for each epoch.

    A row: epoch (from 1), step (optimizer updates so far), loss and metric on the training split
    (means over the epoch) and, as val_…, on the validation split after it, learning_rate, seconds
    since `start`, by time.monotonic. `steps_to_solve` is the step of the first epoch whose
    validation score solves the task, None until then. rows: those so far, to which it adds.
    """

    def __init__(
        self,
        task: Task,
        folder: Path,
        scalars: Scalars,
        start: float,
        rows: list[dict[str, Any]],
    ) -> None:
        super().__init__()
        self.steps_to_solve: int | None = None
        self._task = task
        self._folder = folder
        self._scalars = scalars
        self._rows = rows
        self._start = start

    def rewind(self, step: int) -> None:
        """Go on after the rows so far, all up to `step`; the table forgets those after them."""
        self._set_aside_other()
        if self._rows:
            write_metrics(self._folder, self._rows)
        else:
            (self._folder / METRICS).unlink(missing_ok=True)
        for row in self._rows:
            self._solved_at(int(row["step"]), float(row[f"val_{self._task.metric}"]))

    def _set_aside_other(self) -> None:
        """Keep a table that does not begin with the rows so far under another name, and say so."""
        own = [{name: str(value) for name, value in row.items()} for row in self._rows]
        try:
            found = read_metrics(self._folder)[: len(own)]
            if found == own:
                return
            same = [a == b for a, b in zip(own, found, strict=False)]
            first = same.index(False) if False in same else len(found)
            reason = f"row {first + 1} is not what was written"
        except Unreadable as error:
            reason = str(error)
        path = self._folder / METRICS
        if path.exists():
            reason += f"; what stands there is now {set_aside(path).name}"
        print(
            f"rnnexp: {path}: {reason}; its {len(own)} rows are written anew from the checkpoint",
            file=sys.stderr,
        )

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
