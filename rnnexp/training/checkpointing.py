"""The callback that saves checkpoints, and takes a resumed training to where it was."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from rnnexp.training.checkpoint import Checkpoint, Place, capture, restore, save


class SaveCheckpoints(keras.callbacks.Callback):
    """Saves the training in `folder` at most every `every` seconds, between two steps.

    steps_per_epoch, steps: of the whole training. start: when it began, by time.monotonic, without
    what lay between it and its resumption. callbacks: those whose memory is saved and, before that,
    whose `flush` is called where they have one; a callback with a `rewind` of its own keeps its
    memory itself. resumed: where the training goes on. rows: of metrics.csv, to which others add.
    config: what is trained. Stands last but for the one that interrupts.

    No checkpoint is saved between the last step of an epoch and the end of its validation: what is
    logged of that step is logged before and after. For an interrupt in that time there is a copy,
    made before that step.
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
        self._all = callbacks
        self._callbacks = [c for c in callbacks if not hasattr(c, "rewind")]
        self._resumed = resumed
        self._rows = rows
        self._config = config
        self._epoch = self._batch = 0
        self._safe = self._ended = False
        self._held: Checkpoint | None = None
        self._saved = resumed.place if resumed else None
        self._last = time.monotonic()

    def restore(self) -> None:
        """Bring model and callbacks to where the training goes on."""
        if self._resumed:
            restore(self._resumed, self.model, self._callbacks)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self.restore()  # once more: callbacks begin by forgetting

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch, self._batch = epoch, 0
        if self._resumed and self._resumed.place.batch and self._resumed.place.epoch == epoch:
            self._batch = self._resumed.place.batch
            # An epoch half done is begun a second time: Keras has set its metrics to zero, and a
            # schedule may have gone on.
            self.restore()

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        done = self._batch + 1
        total = self._epoch * self._steps_per_epoch + done
        # Before the very first step not all variables are made, and there is nothing to lose.
        if total > 1 and (done == self._steps_per_epoch or total == self._steps):
            self._held = self._captured()
        self._safe = False

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._batch += 1
        self._safe = self._batch < self._steps_per_epoch and not self.model.stop_training
        self._save_if_due()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch, self._batch = epoch + 1, 0
        self._safe = not self.model.stop_training
        self._save_if_due()

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        self._safe = self._ended = True

    def save(self) -> None:
        """Save the training as it is or, in the middle of something, the copy from before it."""
        checkpoint = self._captured() if self._safe else self._held
        self.flush()
        if checkpoint and self._worth_it(checkpoint):
            save(checkpoint, self._folder)
            self._saved = checkpoint.place
        self._last = time.monotonic()

    def flush(self) -> None:
        """Let every callback write what it has logged."""
        for callback in self._all:
            if hasattr(callback, "flush"):
                callback.flush()

    def _save_if_due(self) -> None:
        if self._safe and time.monotonic() - self._last >= self._every:
            self.save()

    def _worth_it(self, checkpoint: Checkpoint) -> bool:
        """Whether it is further than the last one, and not a state that is no number any more."""
        further = self._saved is None or (
            (checkpoint.place.ended, checkpoint.place.epoch, checkpoint.place.batch)
            > (self._saved.ended, self._saved.epoch, self._saved.batch)
        )
        return further and checkpoint.finite

    def _captured(self) -> Checkpoint:
        place = Place(
            self._epoch,
            self._batch,
            int(self.model.optimizer.iterations),
            time.monotonic() - self._start,
            self._ended,
        )
        return capture(self.model, place, self._callbacks, self._rows, self._config)
