"""The batch that callbacks look at, and where what they see goes."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, NamedTuple

import keras

from rnnexp.dashboard.layer_history import Measured
from rnnexp.dashboard.probe_writer import Inside
from rnnexp.diagnostics.batch import Batch, first_batch
from rnnexp.diagnostics.building import build
from rnnexp.diagnostics.description import equations_text, layer_table
from rnnexp.diagnostics.recurrent import equation_of, recurrent_layers
from rnnexp.diagnostics.trace import Trace
from rnnexp.diagnostics.tracer import Look, Tracer

# Looks are taken up together, those of so many seconds, so many of them or so many bytes: what a
# graph and labels cost besides arithmetic is the same for many as for one.
_SECONDS, _TOGETHER, _BYTES = 5, 16, 2**26
_WAITING = 2  # blocks at most

Measure = Callable[..., Measured]


class _Look(NamedTuple):
    """What a `Tracer` has seen at one step, and what it is to be measured with."""

    seen: Look
    measures: list[Measure]


class Probe:
    """A batch that callbacks look at in training: one trace of it serves all of a step.

    x, y, loss, sample_weight: as `rnnexp.trace` takes them; a few sequences are enough, and fast.
        Without y there are gates, but no gradients.
    log_dir: TensorBoard's folder; what is seen goes to `log_dir`/probe.
    arrays: the file of all that was measured (NetCDF-4); `log_dir`/diagnostics.nc if None.

    A training that goes on from a step goes on with what was measured up to it, in another process
    too. One that begins anew finds what is there renamed, with a warning.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        loss: Any = None,
        log_dir: str | Path = "logs",
        arrays: str | Path | None = None,
        sample_weight: Any = None,
    ) -> None:
        self.x, self.y, self.sample_weight = first_batch(x, y, sample_weight)
        self.loss, self.log_dir, self.arrays = loss, log_dir, arrays
        folder = Path(log_dir)
        self._inside = Inside(folder, Path(arrays or folder / "diagnostics.nc"))
        # A number for each course that training took: another one where it went back.
        self.course = 0
        # The step from which training goes on, if what was seen of it was kept.
        self.kept: int | None = None
        self._begun = False
        self._model: Any = None
        self._tracer: Tracer | None = None
        self._watching: dict[Measure, int] = {}
        self._described = False
        self._last = -1
        # Training goes on while another thread measures, in the order in which it was asked.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rnnexp probe")
        self._waiting: deque[Future] = deque()
        self._looks: dict[int, _Look] = {}
        self._first_look = 0.0
        self._together = 1  # until a trace has told how large it is

    def meet(self, model: keras.Model, step: int, measure: Measure, often: bool = False) -> None:
        """Get to know a model that is trained from `step` on, watched with `measure`.

        often: so many looks are to come that what takes them up is better compiled.
        A model without weights is built from the probe's x. Raises ValueError as `rnnexp.trace`
        does, and for a model that cannot be built so.
        """
        if model is not self._model:
            self._wait()
            batch = Batch(self.x, self.y, self.sample_weight)
            build(model, batch)
            self._tracer = Tracer(model, *batch[:2], self.loss, often, self.sample_weight)
            self._model, self._watching, self._together = model, {}, 1
        elif often and self._tracer is not None:
            self._tracer.compile()
        if not self._begun:
            self._begun = True
            self.kept = self._inside.begin(step)
        elif step < self._last:
            self.go_back(step)
        if not self._described:
            equations = map(equation_of, recurrent_layers(model).values())
            self._inside.describe(layer_table(model), equations_text(model), equations, step)
            self._described = True
        # Who watched a training that was broken off never says that it ends.
        self._watching = {m: begun for m, begun in self._watching.items() if begun == step}
        if not self._watching:
            self._hand_over()  # what was seen of it
        self._watching[measure] = step

    def look(self, step: int, measure: Measure) -> None:
        """Look at the model as it is now, and have what `measure` finds in each layer kept.

        measure: a function of the Dataset of one layer at several steps, which has the dimension
            `step` before (batch, time, unit).
        """
        assert self._tracer is not None, "a model is met before it is looked at"
        if not self._looks:
            self._first_look = time.monotonic()
        if step not in self._looks:
            self._looks[step] = _Look(self._tracer.look(), [])
        self._looks[step].measures.append(measure)
        self._last = max(step, self._last)

    def go_on(self) -> None:
        """Training goes on: all that look at the step before have done so.

        What is raised while another thread measures comes with a later call, or with `flush`.
        """
        if not self._looks:
            return
        late = time.monotonic() - self._first_look > _SECONDS
        if late or len(self._looks) >= self._together:
            self._hand_over()
        while len(self._waiting) > _WAITING or (self._waiting and self._waiting[0].done()):
            self._wait_for_one()

    def flush(self) -> None:
        """Everything that was asked for is measured and on the disk."""
        self._wait()
        self._inside.flush()

    def go_back(self, step: int) -> None:
        """Training goes on from a step before the last one seen, and will do what came later anew.

        What was measured of that is forgotten, or set aside where training begins anew.
        """
        self.flush()
        self.course += 1
        self.kept = self._inside.go_back(step)
        self._described = step > 0
        self._last = step

    def rewind(self, step: int) -> None:
        """Forget what was measured after `step`, on the disk too."""
        self._wait()
        self._inside.rewind(step)
        self._begun, self.kept = True, None
        self._last = min(step, self._last)
        self._watching = {}
        self._described = step >= 0  # before the first step, by the process that took it

    def __reduce__(self):
        """A copy is a new one, which goes on from what is on the disk."""
        arguments = (self.x, self.y, self.loss, self.log_dir, self.arrays, self.sample_weight)
        return type(self), arguments

    def leave(self, measure: Measure) -> None:
        """The training watched with `measure` is over. The last to leave flushes and has drawn.

        The next look begins a new event file.
        """
        self._watching.pop(measure, None)
        if not self._watching:
            self._wait()
            self._inside.close()

    def _hand_over(self):
        looks, self._looks = self._looks, {}
        if looks:
            self._waiting.append(self._worker.submit(self._keep, self._tracer, looks))

    def _keep(self, tracer, looks):
        trace = tracer.traces({step: look.seen for step, look in looks.items()})
        self._together = _most_looks(trace, list(looks.values()))
        for measure in dict.fromkeys(m for look in looks.values() for m in look.measures):
            steps = [i for i, look in enumerate(looks.values()) if measure in look.measures]
            for name, dataset in trace.items():
                at_steps = dataset if len(steps) == len(looks) else dataset.isel(step=steps)
                self._inside.add(name, measure(at_steps), dataset.attrs)
        self._inside.refresh()

    def _wait(self):
        self._hand_over()
        while self._waiting:
            self._wait_for_one()

    def _wait_for_one(self):
        wait([self._waiting[0]])  # an interrupt in here leaves it in its place
        self._waiting.popleft().result()


def _most_looks(trace: Trace, looks: list[_Look]) -> int:
    """How many looks to take up together, by the size of some and of their trace."""
    of_looks = looks[0].seen.nbytes
    of_trace = sum(dataset.nbytes for dataset in trace.values()) // len(looks)
    return max(1, min(_TOGETHER, _BYTES // (of_looks + of_trace)))
