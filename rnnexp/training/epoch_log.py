"""The log of a training: after every epoch a row of metrics.csv and points in TensorBoard."""

import sys
import time
from pathlib import Path
from typing import Any

import keras

from rnnexp.dashboard.scalars import Scalars
from rnnexp.files.atomic import rename_damaged
from rnnexp.files.reading import Unreadable
from rnnexp.runs.folder import METRICS
from rnnexp.runs.metrics import read_metrics, write_metrics
from rnnexp.tasks.task import Task


class EpochLog(keras.callbacks.Callback):
    """Writes a row of metrics.csv and a point of every TensorBoard curve for each epoch.

    A row holds the epoch (from 1), the step (updates by the optimizer so far), loss and metric on
    the training split (means over the epoch) and, as val_…, on the validation split after it, the
    learning rate and the seconds since the start.

    Args:
        task: Names the metric and says what counts as solved.
        folder: The run folder.
        scalars: The curves in TensorBoard.
        start: When the training began, by `time.monotonic`.
        rows: The rows of a resumed training so far. Later ones are appended to it.

    Attributes:
        steps_to_solve: The step of the first epoch whose validation score solves the task.
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
        """Write metrics.csv anew with the rows so far, all of which are up to `step`."""
        self._rename_other_table()
        if self._rows:
            write_metrics(self._folder, self._rows)
        else:
            (self._folder / METRICS).unlink(missing_ok=True)
        for row in self._rows:
            self._note_score(int(row["step"]), float(row[f"val_{self._task.metric}"]))

    def _rename_other_table(self) -> None:
        """Rename a table that does not begin with the rows so far, with a message on stderr."""
        own = [{name: str(value) for name, value in row.items()} for row in self._rows]
        try:
            saved = read_metrics(self._folder)[: len(own)]
            if saved == own:
                return
            same = [a == b for a, b in zip(own, saved, strict=False)]
            first = same.index(False) if False in same else len(saved)
            reason = f"row {first + 1} is not what was written"
        except Unreadable as error:
            reason = str(error)
        path = self._folder / METRICS
        if path.exists():
            reason += f"; the file was renamed to {rename_damaged(path).name}"
        print(
            f"rnnexp: {path}: {reason}; its {len(own)} rows are written again from the checkpoint",
            file=sys.stderr,
        )

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = {name: _as_float(value) for name, value in (logs or {}).items()}
        metric = self._task.metric
        step = int(self.model.optimizer.iterations)
        rate = _as_float(self.model.optimizer.learning_rate)
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
        self._note_score(step, validation[metric])

    def _note_score(self, step: int, score: float) -> None:
        if self.steps_to_solve is None and self._task.solved(score):
            self.steps_to_solve = step


def _as_float(value: Any) -> float:
    """Return `value` with the digits of a float32."""
    return float(f"{float(value):.7g}")
