"""The callback that saves checkpoints and restores the state of a resumed training."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from rnnexp.callbacks.rewindable import Rewindable
from rnnexp.training.checkpoint import Checkpoint, Position, capture, restore, save


class SaveCheckpoints(keras.callbacks.Callback):
    """Saves the training between two steps, and is the last callback but the one that interrupts.

    No checkpoint is saved between the last step of an epoch and the end of its validation, because
    parts of that step are logged before and others after. For an interrupt in that time there is a
    copy of the state before that step.

    Args:
        folder: The run folder.
        steps_per_epoch: How many steps an epoch has.
        steps: How many steps the whole training has.
        every: The shortest time between two checkpoints, in seconds.
        start: When the training began, by `time.monotonic`, interruptions left out.
        callbacks: The other callbacks. Each one that is `Rewindable` is flushed before a
            checkpoint, and keeps its state itself; the state of the others is saved.
        resumed: The checkpoint from which the training resumes.
        rows: Those of metrics.csv, to which others append.
        config: Every value of the config by its path.
    """

    def __init__(
        self,
        folder: Path,
        steps_per_epoch: int,
        steps: int,
        every: float,
        start: float,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        resumed: Checkpoint | None = None,
        rows: Sequence[dict[str, Any]] = (),
        config: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._steps_per_epoch = steps_per_epoch
        self._steps = steps
        self._every = every
        self._start = start
        self._rewindable = [c for c in callbacks if isinstance(c, Rewindable)]
        self._stateful = [c for c in callbacks if not isinstance(c, Rewindable)]
        self._resumed = resumed
        self._rows = rows
        self._config = config
        self._epoch = self._batch = 0
        self._between_steps = self._ended = False
        self._copy: Checkpoint | None = None
        self._saved = resumed.position if resumed else None
        self._last_time = time.monotonic()

    def restore(self) -> None:
        """Restore the state of the model and the callbacks of a resumed training."""
        if self._resumed:
            restore(self._resumed, self.model, self._stateful)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self.restore()  # once more, because callbacks reset themselves here

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch, self._batch = epoch, 0
        if self._resumed and self._resumed.position.batch and self._resumed.position.epoch == epoch:
            self._batch = self._resumed.position.batch
            # Keras has just reset the metrics of this half done epoch, and a schedule may have
            # changed the learning rate for it a second time.
            self.restore()

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        done = self._batch + 1
        total = self._epoch * self._steps_per_epoch + done
        # Before the very first step not all variables are built, and there is nothing to lose.
        if total > 1 and (done == self._steps_per_epoch or total == self._steps):
            self._copy = self._capture()
        self._between_steps = False

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._batch += 1
        within = self._batch < self._steps_per_epoch
        self._between_steps = within and not self.model.stop_training
        self._save_if_due()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch, self._batch = epoch + 1, 0
        self._between_steps = not self.model.stop_training
        self._save_if_due()

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        self._between_steps = self._ended = True

    def save(self) -> None:
        """Save the present state or, within a step, the copy of the state before it."""
        checkpoint = self._capture() if self._between_steps else self._copy
        for callback in self._rewindable:
            callback.flush()
        if checkpoint and self._is_progress(checkpoint):
            save(checkpoint, self._folder)
            self._saved = checkpoint.position
        self._last_time = time.monotonic()

    def _save_if_due(self) -> None:
        if self._between_steps and time.monotonic() - self._last_time >= self._every:
            self.save()

    def _is_progress(self, checkpoint: Checkpoint) -> bool:
        """Return whether `checkpoint` is further than the last one, and all of it is finite."""
        position = checkpoint.position
        further = self._saved is None or (
            (position.ended, position.epoch, position.batch)
            > (self._saved.ended, self._saved.epoch, self._saved.batch)
        )
        return further and checkpoint.finite

    def _capture(self) -> Checkpoint:
        position = Position(
            self._epoch,
            self._batch,
            int(self.model.optimizer.iterations),
            time.monotonic() - self._start,
            self._ended,
        )
        return capture(self.model, position, self._stateful, self._rows, self._config)
