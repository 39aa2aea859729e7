"""The batch that callbacks look at, and where what they see goes."""

import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rnnexp.dashboard.history import Measured
from rnnexp.dashboard.inside import Inside
from rnnexp.diagnostics.description import equations_text, layer_table
from rnnexp.diagnostics.trace import Trace
from rnnexp.diagnostics.tracing import Tracer

# Steps that follow each other within so many seconds are measured together, at most so many: what
# labels cost is the same for many steps as for one.
_SOON, _TOGETHER = 0.1, 16
_WAITING = 2  # blocks of steps at most: each holds the arrays of its traces


Measure = Callable[..., Measured]


class Probe:
    """A batch that callbacks look at in training: one trace of it serves all of a step.

    x, y, loss: as `rnnexp.trace` takes them; a few sequences are enough, and fast. Without y there
        are gates, but no gradients.
    log_dir: TensorBoard's folder; what is seen goes to `log_dir`/probe.
    arrays: the file of all that was measured (NetCDF-4); `log_dir`/diagnostics.nc if None.
    """

    def __init__(self, x, y=None, loss=None, log_dir="logs", arrays=None):
        self.x, self.y, self.loss = x, y, loss
        log_dir = Path(log_dir)
        self._inside = Inside(log_dir, Path(arrays or log_dir / "diagnostics.nc"))
        self._model = None
        # Training goes on while another thread measures, in the order in which it was asked.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rnnexp probe")
        self._waiting: deque[Future] = deque()
        self._seen: tuple[int, Any] | None = None
        self._blocks: dict[Measure, dict[int, Any]] = {}
        self._labelled: tuple[list[int], Trace] | None = None
        self._last_look = -math.inf
        self._latest: dict[Measure, int] = {}
        self._described = False

    def meet(self, model, step: int) -> None:
        """Get to know a model before it is trained, and describe it in TensorBoard.

        Raises ValueError as `rnnexp.trace` does.
        """
        self._latest = {measure: at for measure, at in self._latest.items() if at == step}
        if model is self._model:
            return
        self._tracer = Tracer(model, self.loss)
        self._model, self._seen, self._labelled = model, None, None
        if not self._described:
            self._inside.describe(layer_table(model), equations_text(model), step)

    def look(self, step: int, measure: Measure) -> None:
        """Observe the model as it is now, and have what `measure` finds in each layer kept.

        measure: a function of the Dataset of one layer at several steps, which has the dimension
            `step` before (batch, time, unit).
        Returns before it is done; what is raised meanwhile comes with a later call, or `flush`.
        """
        if self._seen is None or self._seen[0] != step:
            now = time.monotonic()
            self._together = _TOGETHER if now - self._last_look < _SOON else 1
            self._last_look = now
            self._seen = step, self._tracer.observe(self.x, self.y)
        self._latest[measure] = step
        block = self._blocks.setdefault(measure, {})
        block[step] = self._seen[1]
        if len(block) >= self._together:
            self._hand_over(measure)
        while len(self._waiting) > _WAITING or (self._waiting and self._waiting[0].done()):
            self._waiting.popleft().result()

    def _hand_over(self, measure):
        block = self._blocks.pop(measure)
        self._waiting.append(self._worker.submit(self._keep, block, measure))

    def _keep(self, block, measure):
        if self._labelled is None or self._labelled[0] != list(block):
            self._labelled = list(block), self._tracer.label(block)
        for name, dataset in self._labelled[1].items():
            self._inside.add(name, measure(dataset), dataset.attrs)
        self._inside.refresh()

    def flush(self) -> None:
        """Everything that was asked for is measured and on the disk."""
        self._wait()
        self._inside.flush()

    def rewind(self, step: int) -> None:
        """Forget what was measured after `step`, on the disk too."""
        self._wait()
        self._inside.rewind(step)
        self._seen, self._labelled, self._latest = None, None, {}
        self._described = step >= 0  # before the first step, by the process that took it

    def close(self, step: int) -> None:
        """Flush, with the last pictures once all who look have seen `step`, the last.

        The next look begins a new event file.
        """
        if set(self._latest.values()) == {step}:
            self._wait()
            self._inside.close()
        else:
            self.flush()

    def _wait(self):
        for measure in list(self._blocks):
            self._hand_over(measure)
        while self._waiting:
            self._waiting.popleft().result()
