"""What all callbacks that look inside share: when they look."""

from abc import abstractmethod

import keras
import numpy as np

from rnnexp.callbacks.probe import Probe
from rnnexp.callbacks.step_counter import Steps
from rnnexp.dashboard.layer_history import Measured

PERIODS = ("step", "epoch")

# A look that is not compiled takes about as long as a training step. So it is little beside so
# many steps, whatever their length; where looks come thicker, compiling pays within a minute.
_OFTEN = 10


class Inspection(keras.callbacks.Callback):
    """Measures a probe batch before the first training step, by schedule, and after the last.

    probe: a `Probe`; the callbacks of one `fit` share it.
    every: measure after each so many steps or epochs, 1 or more.
    period: "step" (optimizer updates) or "epoch".
    Raises ValueError for another schedule, TypeError for what is no `Probe`; when training begins,
    what `rnnexp.trace` raises.
    """

    def __init__(self, probe: Probe, every: int = 100, period: str = "step") -> None:
        super().__init__()
        if not isinstance(probe, Probe):
            raise TypeError(f"probe is a {type(probe).__name__}; expected a Probe(x, y, …)")
        if period not in PERIODS:
            raise ValueError(f"period is {period!r}; expected 'step' or 'epoch'")
        if isinstance(every, bool) or not isinstance(every, (int, np.integer)) or every < 1:
            raise ValueError(f"every is {every!r}; expected a whole number of {period}s, 1 or more")
        self.probe, self.every, self.period = probe, every, period
        self._measured_at: int | None = None
        self._steps = Steps()
        self._course = 0
        self._batch: int | None = None

    @abstractmethod
    def measure(self, dataset) -> Measured:
        """What to keep of one layer, under the names that `dashboard` knows.

        dataset: of several training steps, the dimension `step` before (batch, time, unit).
        """

    def on_train_begin(self, logs=None):
        step = self._steps.begin(self.model)
        self.probe.meet(self.model, step, self.measure, self._often)
        self._course = self.probe.course
        self._look_first(step)

    def on_epoch_begin(self, epoch, logs=None):
        self._batch = None

    def on_train_batch_begin(self, batch, logs=None):
        self.probe.go_on()
        if self._batch is None:
            before, step = self._steps.done, self._steps.begin(self.model)
            if step < before:
                self._go_back(step)
                self._look_first(step)
        self._batch = batch

    def on_train_batch_end(self, batch, logs=None):
        before = self._steps.done
        step = self._steps.end(self.model, batch - self._batch + 1)
        if step < before:
            before = step - 1
            self._go_back(before)
        # Several steps may come as one (steps_per_execution).
        if self.period == "step" and step // self.every > before // self.every:
            self._look(step)

    def on_epoch_end(self, epoch, logs=None):
        if self.period == "epoch" and (epoch + 1) % self.every == 0:
            self._look(self._steps.done)

    def on_train_end(self, logs=None):
        self._look(self._steps.done)
        self.probe.leave(self.measure)

    def flush(self) -> None:
        """Everything that was measured is on the disk."""
        self.probe.flush()

    def rewind(self, step: int) -> None:
        """Forget what was measured after `step`, before training goes on from there.

        A step below 0 stands for a training that begins anew.
        """
        self.probe.rewind(step)
        self._measured_at = step if step >= 0 else None
        self._steps.done = max(step, 0)

    def __getstate__(self):
        """A copy watches another training, and goes on from what is on the disk."""
        forgotten = {"_model": None, "params": None, "_measured_at": None, "_steps": Steps()}
        return {**vars(self), **forgotten}

    @property
    def _often(self):
        return self.period == "step" and self.every <= _OFTEN

    def _go_back(self, step):
        """A callback has restored the model as it was after `step`."""
        if self._course == self.probe.course:  # else another callback has said so
            self.probe.go_back(step)
        self._course = self.probe.course
        self._measured_at = None

    def _look_first(self, step):
        """At the model that goes on from `step`, if it was not seen there before."""
        if step == self.probe.kept:
            self._measured_at = step
        self._look(step)

    def _look(self, step):
        if step == self._measured_at:
            return
        self.probe.look(step, self.measure)
        self._measured_at = step
