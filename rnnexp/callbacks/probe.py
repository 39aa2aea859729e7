"""The batch that callbacks measure, and where the measurements go."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import keras
import xarray

from rnnexp.callbacks.background import BackgroundTasks
from rnnexp.callbacks.model_description import ModelDescription
from rnnexp.dashboard.layer_history import Measurements
from rnnexp.dashboard.probe_batch import probe_arrays
from rnnexp.dashboard.probe_writer import ProbeWriter
from rnnexp.dashboard.snapshots import MOST_SEQUENCES, as_snapshots
from rnnexp.diagnostics import unit_values
from rnnexp.diagnostics.batch import Batch, first_batch
from rnnexp.diagnostics.building import build
from rnnexp.diagnostics.trace import Trace
from rnnexp.diagnostics.tracer import Snapshot, Tracer

# Snapshots are measured in blocks of so many seconds, so many snapshots or so many bytes, whichever
# comes first: what graphs and labels cost is the same for many snapshots as for one.
_BLOCK_SECONDS, _BLOCK_SNAPSHOTS, _BLOCK_BYTES = 10, 16, 2**26
_WAITING_BLOCKS = 2  # at most

Measure = Callable[..., Measurements]


class _SnapshotToMeasure(NamedTuple):
    """What a `Tracer` recorded at one step, and the functions that are to measure it."""

    recorded: Snapshot
    measures: list[Measure]


class Probe:
    """A batch of sequences that callbacks measure during training.

    All callbacks of a `fit` share one probe, so that one trace of the model serves them all. A
    training that continues from a step keeps what was measured up to it, in another process too.
    A training that begins anew finds the earlier files set aside, with a warning.

    Args:
        x: Inputs of a few sequences, or a `tf.data.Dataset`, whose first batch is taken.
        y: Targets. Without them gates are measured, but no gradients.
        loss: A loss in place of the model's compiled one.
        log_dir: The folder of the event files, which TensorBoard shows as a run.
        arrays: Path of the NetCDF-4 file of all measurements; `log_dir`/diagnostics.nc by default.
        sample_weight: Weights of the samples in the loss.
        title: What is trained, as pictures and TensorBoard's Recurrence tab say it.
        settings: Values by which the Recurrence tab compares trainings, such as {"units": 64,
            "seed": 0}. Trainings that differ only in "seed" are repeats of one.
        scores: Whether the loss and the metrics of the `fit` are shown, too.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        loss: Any = None,
        log_dir: str | Path = "logs",
        arrays: str | Path | None = None,
        sample_weight: Any = None,
        title: str = "",
        settings: Mapping[str, bool | int | float | str] | None = None,
        scores: bool = True,
    ) -> None:
        self.x, self.y, self.sample_weight = first_batch(x, y, sample_weight)
        self.loss, self.log_dir, self.arrays = loss, log_dir, arrays
        self.title, self.settings, self.scores = title, dict(settings or {}), scores
        folder = Path(log_dir)
        self._writer = ProbeWriter(folder, Path(arrays or folder / "diagnostics.nc"), title)
        # How often the training went back to an earlier step.
        self.restarts = 0
        # The step from which the training continues, if it was measured before.
        self.resumed_at: int | None = None
        self._begun = False
        self._model: Any = None
        self._tracer: Tracer | None = None
        # The functions of the callbacks that are attached, and at which step they were.
        self._attached: dict[Measure, int] = {}
        self._is_described = False
        self._description: ModelDescription | None = None  # not written yet
        self._last_step = -1
        # Training continues while another thread measures.
        self._tasks = BackgroundTasks("rnnexp probe", _WAITING_BLOCKS)
        self._snapshots: dict[int, _SnapshotToMeasure] = {}
        self._first_snapshot_time = 0.0
        self._block_size = 1  # until the size of a trace is known

    def attach(self, model: keras.Model, step: int, measure: Measure, often: bool = False) -> None:
        """Begin to measure a training.

        Args:
            model: The model. One without weights is built from the probe's x.
            step: The step from which the training begins.
            measure: What the callback measures; the argument of its calls of `snapshot`.
            often: Whether snapshots will be so frequent that compiling them pays.

        Raises:
            ValueError: `rnnexp.trace` cannot trace the model, or it cannot be built.
        """
        if model is not self._model:
            self._finish()
            batch = Batch(self.x, self.y, self.sample_weight)
            build(model, batch)
            self._tracer = Tracer(model, *batch[:2], self.loss, often, self.sample_weight)
            self._model, self._attached, self._block_size = model, {}, 1
        elif often and self._tracer is not None:
            self._tracer.compile()
        if not self._begun:
            self._begun = True
            self.resumed_at = self._writer.begin(step)
        elif step < self._last_step:
            self.continue_from(step)
        # A training that was interrupted has not detached its callbacks.
        self._attached = {m: begun for m, begun in self._attached.items() if begun == step}
        if not self._attached:
            self._submit_block()  # the last snapshots of the interrupted training
        self._attached[measure] = step
        if not self._is_described:
            self._description = ModelDescription.of(model, step)
            self._is_described = True

    def snapshot(self, step: int, measure: Measure) -> None:
        """Record the model as it is now, to be measured in each layer.

        Args:
            step: The training step.
            measure: A function of the Dataset of one layer at several steps, which has the
                dimension `step` before (batch, time, unit).
        """
        assert self._tracer is not None, "attach comes before snapshot"
        if not self._snapshots:
            self._first_snapshot_time = time.monotonic()
        if step not in self._snapshots:
            self._snapshots[step] = _SnapshotToMeasure(self._tracer.snapshot(), [])
        self._snapshots[step].measures.append(measure)
        self._last_step = max(step, self._last_step)

    def show_scores(self, step: int, logs: Mapping[str, Any] | None) -> None:
        """Show the loss and metrics that Keras reports at a step, unless `scores` is false."""
        if self.scores:
            self._writer.add_scores(logs, step)

    def step_done(self) -> None:
        """Tell the probe that all callbacks have made their snapshots of the step before.

        Raises:
            Exception: What a measurement in the background has raised.
        """
        if not self._snapshots:
            return
        seconds = time.monotonic() - self._first_snapshot_time
        if seconds > _BLOCK_SECONDS or len(self._snapshots) >= self._block_size:
            self._submit_block()
        self._tasks.check()

    def flush(self) -> None:
        """Measure all snapshots, and write everything to disk."""
        self._finish()
        self._writer.flush()

    def continue_from(self, step: int) -> None:
        """Continue from a step before the last one that was measured.

        Measurements of later steps are forgotten. At step 0 the files are renamed.
        """
        self.flush()
        self.restarts += 1
        self.resumed_at = self._writer.continue_from(step)
        self._is_described = step > 0
        self._last_step = step

    def rewind(self, step: int) -> None:
        """Forget everything after a step, in the files too; -1 forgets everything."""
        self._finish()
        self._writer.rewind(step)
        self._begun, self.resumed_at = True, None
        self._last_step = min(step, self._last_step)
        self._attached = {}
        # The process that began the training has described the model.
        self._is_described = step >= 0

    def detach(self, measure: Measure) -> None:
        """End the measurements of a callback. The last one to detach draws and flushes.

        Args:
            measure: The argument of `attach`.
        """
        self._attached.pop(measure, None)
        if not self._attached:
            self._finish()
            self._writer.close()

    def __reduce__(self):
        """A copy is a new probe, which continues from what is on disk."""
        arguments = (self.x, self.y, self.loss, self.log_dir, self.arrays, self.sample_weight)
        return type(self), (*arguments, self.title, self.settings, self.scores)

    def _submit_block(self):
        snapshots, self._snapshots = self._snapshots, {}
        if snapshots:
            description, self._description = self._description, None
            self._tasks.submit(self._measure_block, self._tracer, snapshots, description)

    def _measure_block(self, tracer, snapshots, description):
        """Runs in the background: measure snapshots, and show the measurements."""
        trace = tracer.traces({step: snapshot.recorded for step, snapshot in snapshots.items()})
        blocks = list(snapshots.values())
        self._block_size = _block_size(trace, blocks)
        if description:
            about = probe_arrays(self.x, self.y)
            about = about.assign_attrs(title=self.title, settings=json.dumps(self.settings))
            description.write(self._writer, about, trace)
        for measure in dict.fromkeys(m for snapshot in blocks for m in snapshot.measures):
            chosen = [i for i, snapshot in enumerate(blocks) if measure in snapshot.measures]
            for name, dataset in trace.items():
                at_steps = dataset if len(chosen) == len(blocks) else dataset.isel(step=chosen)
                self._writer.add(name, measure(at_steps), dataset.attrs)
        for name, dataset in trace.items():
            self._keep_units(name, dataset)
        self._writer.refresh()

    def _keep_units(self, name: str, dataset: xarray.Dataset) -> None:
        """Keep the values of every unit in the first sequences, at some of the steps."""
        steps = self._writer.steps_to_keep(name, dataset["step"].values.tolist())
        if steps:
            chosen = dataset.sel(step=steps).isel(batch=slice(MOST_SEQUENCES))
            self._writer.keep(name, as_snapshots(unit_values(chosen)), dataset.attrs)

    def _finish(self):
        self._submit_block()
        self._tasks.finish()


def _block_size(trace: Trace, snapshots: list[_SnapshotToMeasure]) -> int:
    """How many snapshots to measure together, by the size of these and of their trace."""
    recorded_bytes = snapshots[0].recorded.nbytes
    trace_bytes = sum(dataset.nbytes for dataset in trace.values()) // len(snapshots)
    return max(1, min(_BLOCK_SNAPSHOTS, _BLOCK_BYTES // (recorded_bytes + trace_bytes)))
