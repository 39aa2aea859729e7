"""The log of a training: after every validation a row of metrics.csv and points in TensorBoard."""

import sys
import time
from pathlib import Path
from typing import Any

import keras

from rnnexp.dashboard.scalars import Scalars, of_split
from rnnexp.files.atomic import rename_damaged
from rnnexp.files.reading import Unreadable
from rnnexp.runs.folder import METRICS
from rnnexp.runs.metrics import read_metrics, write_metrics
from rnnexp.tasks.task import Task


class TrainingLog(keras.callbacks.Callback):
    """Writes a row of metrics.csv and a point of every TensorBoard curve for each validation.

    A row holds the epoch (how often the training has passed over the examples), the step (updates
    by the optimizer so far), loss and metrics on the training split (means since the validation
    before) and, as val_…, on the validation split, the learning rate and the seconds since the
    start. The training loss in TensorBoard is written by `LossLog`.

    Args:
        task: Names the metric and says what counts as solved.
        folder: The run folder.
        scalars: The curves in TensorBoard.
        steps_per_pass: The number of steps in which the training passes over the examples.
        start: When the training began, by `time.monotonic`.
        rows: The rows of a resumed training so far. Later ones are appended to it.

    Attributes:
        steps_to_solve: The step of the first validation whose score solves the task.
    """

    def __init__(
        self,
        task: Task,
        folder: Path,
        scalars: Scalars,
        steps_per_pass: int,
        start: float,
        rows: list[dict[str, Any]],
    ) -> None:
        super().__init__()
        self.steps_to_solve: int | None = None
        self._task = task
        self._folder = folder
        self._scalars = scalars
        self._steps_per_pass = steps_per_pass
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
        scores = {name: _as_float(value) for name, value in (logs or {}).items()}
        scores.pop("learning_rate", None)  # Keras adds it for a schedule
        scores = {"loss": scores.pop("loss"), **scores}
        step = int(self.model.optimizer.iterations)
        self._rows.append(
            {
                "epoch": round(step / self._steps_per_pass, 3),
                "step": step,
                **scores,
                "learning_rate": _as_float(self.model.optimizer.learning_rate),
                "seconds": round(time.monotonic() - self._start, 3),
            }
        )
        write_metrics(self._folder, self._rows)
        training = {k: v for k, v in scores.items() if k != "loss" and not k.startswith("val_")}
        validation = {k.removeprefix("val_"): v for k, v in scores.items() if k.startswith("val_")}
        self._scalars.write(of_split("train", training) | of_split("validation", validation), step)
        self._note_score(step, validation[self._task.metric])

    def _note_score(self, step: int, score: float) -> None:
        if self.steps_to_solve is None and self._task.solved(score):
            self.steps_to_solve = step


def _as_float(value: Any) -> float:
    """Return `value` with the digits of a float32."""
    return float(f"{float(value):.7g}")
