"""The base class of the callbacks, which decides when to measure."""

from abc import abstractmethod

import keras
import numpy as np
import xarray

from rnnexp.callbacks.probe import Probe
from rnnexp.callbacks.step_counter import StepCounter
from rnnexp.dashboard.layer_history import Measurements

PERIODS = ("step", "epoch")

# A snapshot that is not compiled takes about as long as a training step, so it costs little beside
# so many steps. Where snapshots are more frequent, compiling them pays within a minute.
_OFTEN = 10


class ProbeCallback(keras.callbacks.Callback):
    """Measures a probe batch before the first training step, by schedule, and after the last.

    Args:
        probe: The `Probe` to measure. Callbacks of the same `fit` share it.
        every: Measure after each so many steps or epochs, 1 or more.
        period: "step" (an update of the weights) or "epoch".

    Raises:
        TypeError: `probe` is not a `Probe`.
        ValueError: `every` or `period` is invalid. When training begins: `rnnexp.trace` cannot
            trace the model.
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
        self._counter = StepCounter()
        self._restarts = 0  # of the probe, as this callback knows them
        self._batch: int | None = None

    @abstractmethod
    def measure(self, dataset: xarray.Dataset) -> Measurements:
        """Measure one layer.

        Args:
            dataset: The Dataset of the layer at several training steps, with the dimension `step`
                before (batch, time, unit).

        Returns:
            Arrays with the dimension `step`, under the names that the dashboard shows.
        """

    def on_train_begin(self, logs=None):
        step = self._counter.begin(self.model)
        self.probe.attach(self.model, step, self.measure, self._is_frequent)
        self._restarts = self.probe.restarts
        self._take_first_snapshot(step)

    def on_epoch_begin(self, epoch, logs=None):
        self._batch = None

    def on_train_batch_begin(self, batch, logs=None):
        self.probe.step_done()
        if self._batch is None:
            before, step = self._counter.steps, self._counter.begin(self.model)
            if step < before:
                self._continue_from(step)
                self._take_first_snapshot(step)
        self._batch = batch

    def on_train_batch_end(self, batch, logs=None):
        before = self._counter.steps
        step = self._counter.end(self.model, batch - self._batch + 1)
        if step < before:
            before = step - 1
            self._continue_from(before)
        # With steps_per_execution, several steps end at once.
        if self.period == "step" and step // self.every > before // self.every:
            self._take_snapshot(step)
            self.probe.show_scores(step, logs)

    def on_epoch_end(self, epoch, logs=None):
        self.probe.show_scores(self._counter.steps, logs)
        if self.period == "epoch" and (epoch + 1) % self.every == 0:
            self._take_snapshot(self._counter.steps)

    def on_train_end(self, logs=None):
        self._take_snapshot(self._counter.steps)
        self.probe.detach(self.measure)

    def flush(self) -> None:
        """Write everything that was measured to disk."""
        self.probe.flush()

    def rewind(self, step: int) -> None:
        """Forget what was measured after a step, before training continues from there.

        Args:
            step: The last step to keep; -1 forgets everything, for a training that begins anew.
        """
        self.probe.rewind(step)
        self._measured_at = step if step >= 0 else None
        self._counter.steps = max(step, 0)

    def __getstate__(self):
        """A copy measures another training, and continues from what is on disk."""
        fresh = {"_model": None, "params": None, "_measured_at": None, "_counter": StepCounter()}
        return {**vars(self), **fresh}

    @property
    def _is_frequent(self):
        return self.period == "step" and self.every <= _OFTEN

    def _continue_from(self, step):
        """Continue from a step to which another callback has restored the model."""
        if self._restarts == self.probe.restarts:  # otherwise the probe knows it already
            self.probe.continue_from(step)
        self._restarts = self.probe.restarts
        self._measured_at = None

    def _take_first_snapshot(self, step):
        """Measure the model before its first step, unless that step was measured before."""
        if step == self.probe.resumed_at:
            self._measured_at = step
        self._take_snapshot(step)

    def _take_snapshot(self, step):
        if step == self._measured_at:
            return
        self.probe.snapshot(step, self.measure)
        self._measured_at = step
