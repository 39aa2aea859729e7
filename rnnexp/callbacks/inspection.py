"""What all callbacks that look inside share: when they look."""

from abc import abstractmethod
from typing import Any

import keras
import numpy as np

from rnnexp.callbacks.probe import Probe
from rnnexp.dashboard.history import Measured

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
        self._step = 0
        self._counted: tuple[Any, int] | None = None

    @abstractmethod
    def measure(self, dataset) -> Measured:
        """What to keep of one layer, under the names that `dashboard` knows.

        dataset: of several training steps, the dimension `step` before (batch, time, unit).
        """

    def on_train_begin(self, logs=None):
        self._step = self._steps_done()
        self.probe.meet(self.model, self._step, self.measure, self._often)
        self._look(self._step)

    def on_epoch_begin(self, epoch, logs=None):
        self._before_batch = None

    def on_train_batch_begin(self, batch, logs=None):
        self.probe.go_on()
        if self._before_batch is None:
            # Once an epoch: reading a variable makes an accelerator wait.
            self._before_batch = self._steps_done() - batch

    def on_train_batch_end(self, batch, logs=None):
        before = self._step
        self._step = self._after(batch)
        # Several steps may come as one (steps_per_execution).
        if self.period == "step" and self._step // self.every > before // self.every:
            self._look(self._step)

    def on_epoch_end(self, epoch, logs=None):
        if self.period == "epoch" and (epoch + 1) % self.every == 0:
            self._look(self._step)

    def on_train_end(self, logs=None):
        self._look(self._step)
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
        self._counted = None

    @property
    def _often(self):
        return self.period == "step" and self.every <= _OFTEN

    def _after(self, batch):
        """The step that a batch of the epoch ends."""
        model, optimizer = self.model, self.model.optimizer
        # One update may be of several batches, or be left out; several batches may come as one, of
        # which Keras tells more than there are at the end of an epoch.
        gathers = optimizer is not None and optimizer.gradient_accumulation_steps
        leaves_out = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        if gathers or leaves_out or model.steps_per_execution > 1:
            return self._steps_done()
        return self._before_batch + batch + 1

    def _steps_done(self):
        """As the optimizer counts; as we do, where others do its work and it counts nothing."""
        optimizer = self.model.optimizer
        counted = optimizer, 0 if optimizer is None else int(optimizer.iterations)
        if counted != self._counted:
            self._counted, self._step = counted, counted[1]
        return self._step

    def _look(self, step):
        if step == self._measured_at:
            return
        self.probe.look(step, self.measure)
        self._measured_at = step
