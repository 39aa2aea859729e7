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
from rnnexp.diagnostics.tracer import Tracer

# Looks that follow each other within so many seconds are taken up together, so many of them or so
# many bytes: what a graph and labels cost besides arithmetic is the same for many as for one.
_SOON, _TOGETHER, _BYTES = 0.1, 16, 2**26
_WAITING = 2  # blocks at most


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
        self._met: tuple[Any, Any] | None = None
        # Training goes on while another thread measures, in the order in which it was asked.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rnnexp probe")
        self._waiting: deque[Future] = deque()
        self._seen: tuple[int, Any] | None = None
        self._blocks: dict[Measure, dict[int, Any]] = {}
        self._traced: tuple[list[int], Trace] | None = None
        self._last_look = -math.inf
        self._watching: dict[Measure, int] = {}
        self._described = False

    def meet(self, model, step: int, measure: Measure) -> None:
        """Get to know a model that is trained from `step` on, watched with `measure`.

        Raises ValueError as `rnnexp.trace` does.
        """
        # Who watched a training that was broken off never says that it ends.
        self._watching = {m: begun for m, begun in self._watching.items() if begun == step}
        self._watching[measure] = step
        met = model, getattr(model, "_compile_loss", None)  # another one once compiled anew
        if self._met == met:
            return
        self._wait()
        self._tracer = Tracer(model, self.x, self.y, self.loss)
        self._together = _most_looks(model)
        self._met, self._seen, self._traced = met, None, None
        if not self._described:
            self._inside.describe(layer_table(model), equations_text(model), step)

    def look(self, step: int, measure: Measure) -> None:
        """Look at the model as it is now, and have what `measure` finds in each layer kept.

        measure: a function of the Dataset of one layer at several steps, which has the dimension
            `step` before (batch, time, unit).
        Returns before it is done; what is raised meanwhile comes with a later call, or `flush`.
        """
        if self._seen is None or self._seen[0] != step:
            now = time.monotonic()
            self._soon = now - self._last_look < _SOON
            self._last_look = now
            self._seen = step, self._tracer.look()
        block = self._blocks.setdefault(measure, {})
        block[step] = self._seen[1]
        if len(block) >= (self._together if self._soon else 1):
            self._hand_over(measure)
        while len(self._waiting) > _WAITING or (self._waiting and self._waiting[0].done()):
            self._waiting.popleft().result()

    def _hand_over(self, measure):
        block = self._blocks.pop(measure)
        self._waiting.append(self._worker.submit(self._keep, block, measure))

    def _keep(self, block, measure):
        if self._traced is None or self._traced[0] != list(block):
            self._traced = list(block), self._tracer.traces(block)
        for name, dataset in self._traced[1].items():
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
        self._seen, self._traced = None, None
        self._described = step >= 0  # before the first step, by the process that took it

    def leave(self, measure: Measure) -> None:
        """Flush: the training watched with `measure` is over. The last to leave has pictures drawn.

        The next look begins a new event file.
        """
        self._watching.pop(measure, None)
        if self._watching:
            self.flush()
        else:
            self._wait()
            self._inside.close()

    def _wait(self):
        for measure in list(self._blocks):
            self._hand_over(measure)
        while self._waiting:
            self._waiting.popleft().result()


def _most_looks(model):
    """How many looks at the model to hold before they are taken up."""
    size = sum(math.prod(v.shape) for v in model.variables) * 4
    return max(1, min(_TOGETHER, _BYTES // max(size, 1)))
