"""Writes what the callbacks measure: event files with curves and figures, and the arrays."""

import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xarray

from rnnexp.dashboard import tags
from rnnexp.dashboard.custom_scalars import custom_scalars_layout
from rnnexp.dashboard.event_file import EventFile, keep_events, own_event_files, set_aside, until
from rnnexp.dashboard.figure_parts import to_png
from rnnexp.dashboard.figures import layer_figures
from rnnexp.dashboard.history import History
from rnnexp.dashboard.layer_history import Measurements
from rnnexp.dashboard.layer_names import LayerNames
from rnnexp.dashboard.layer_summaries import layer_summaries
from rnnexp.dashboard.scalars import FitScores
from rnnexp.dashboard.summaries import image, scalars_layout, text

# Drawing figures and writing the file of arrays, which others read while training continues, take
# tenths of a second each: the first time after so many seconds, and then after a pause that is so
# many times as long as it took.
_FIRST_DRAWING, _PAUSE_OF_FIGURES = 60.0, 100
_FIRST_WRITING, _PAUSE_OF_ARRAYS = 30.0, 200


class ProbeWriter:
    """Writes what TensorBoard shows of the measurements, and a `History`.

    Curves are shown by `refresh`. Figures are drawn by `refresh` now and then, and by `close`.

    Args:
        log_dir: The folder of the event files.
        arrays: Path of the file of arrays.
        title: What is trained, as the figures say it; "" for the class and sizes of the layer.
    """

    def __init__(self, log_dir: Path, arrays: Path, title: str = "") -> None:
        self._folder, self._title = log_dir, title
        self._history = History(arrays)
        self._events = EventFile(self._folder)
        self._scores = FitScores(self._folder)
        self._step = 0
        self._drawn_step: int | None = None
        self._next_drawing = time.monotonic() + _FIRST_DRAWING
        self._next_writing = time.monotonic() + _FIRST_WRITING

    def describe_arrays(
        self, about: xarray.Dataset, layers: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Say in the file of arrays what is measured; see `History.describe`."""
        self._history.describe(about, layers)

    def describe(
        self, layer_table: str, equations: str, layers: Sequence[LayerNames], step: int
    ) -> None:
        """Write the description of the model, and the layout of its curves.

        Args:
            layer_table: A table of the model's layers, in Markdown.
            equations: The equations of its recurrent layers, in Markdown.
            layers: The names of the states and gates of each recurrent layer.
            step: The training step under which they are shown.
        """
        texts = [text(tags.LAYERS, layer_table), text(tags.EQUATIONS, equations)]
        layout = scalars_layout(custom_scalars_layout(layers))
        self._events.write([*texts, layout], step)

    def add(self, layer: str, measurements: Measurements, attributes: Mapping[str, Any]) -> None:
        """Keep and show measurements of a layer.

        Args:
            layer: Name of the layer.
            measurements: Arrays with a dimension `step`.
            attributes: The attributes of the layer's Dataset.
        """
        self._history.add(layer, measurements, attributes)
        for step, values in layer_summaries(layer, measurements, attributes):
            self._events.write(values, step)
            self._step = max(step, self._step)

    def add_scores(self, logs: Mapping[str, Any] | None, step: int) -> None:
        """Show the scores that Keras reports at a step. Any thread may call this."""
        self._scores.write(logs, step)

    def keep(self, layer: str, snapshots: Measurements, attributes: Mapping[str, Any]) -> None:
        """Keep the values of every unit of a layer.

        Args:
            layer: Name of the layer.
            snapshots: What `as_snapshots` returned.
            attributes: The attributes of the layer's Dataset.
        """
        self._history.add(layer, snapshots, attributes)

    def steps_to_keep(self, layer: str, steps: list[int]) -> list[int]:
        """The steps of which the values of every unit are kept; see `History.steps_to_keep`."""
        return self._history.steps_to_keep(layer, steps)

    def begin(self, step: int) -> int | None:
        """Begin at a training step, and continue what an earlier process has written up to it.

        Returns:
            `step` if that step was measured already, otherwise None.
        """
        self._history.read()
        return self.continue_from(step)

    def continue_from(self, step: int) -> int | None:
        """Continue from a training step, after everything that was added has been flushed.

        What was measured at later steps is forgotten with a warning. At step 0 training begins
        anew, and the files of the earlier training are renamed with a warning.

        Returns:
            `step` if that step was measured already, otherwise None.
        """
        steps = self._history.steps
        if step == 0 and steps:
            self._start_anew()
        elif step < max(steps, default=step):
            warnings.warn(
                f"the training continues from step {step}: the later steps in "
                f"{self._history.path}, up to {max(steps)}, are forgotten",
                stacklevel=2,
            )
            self.rewind(step)
        return step if step in self._history.steps else None

    def refresh(self) -> None:
        """Show what was added: curves at once, figures and arrays if the last time was long ago."""
        start = time.monotonic()
        if start >= self._next_drawing:
            self._draw()
            now = time.monotonic()
            self._next_drawing = now + _PAUSE_OF_FIGURES * (now - start)
        self._events.flush()
        if time.monotonic() >= self._next_writing:
            self._write_arrays()

    def flush(self) -> None:
        """Write everything that was added to disk."""
        self._write_arrays()
        self._events.flush()

    def rewind(self, step: int) -> None:
        """Forget everything after a step, in the files too."""
        self._close_events()
        keep_events(own_event_files(self._folder), until(step))
        self._history.rewind(step)
        self._step, self._drawn_step = 0, None

    def close(self) -> None:
        """Draw the figures, flush, and close the event file. Later additions go to a new one."""
        if self._drawn_step != self._step:
            self._draw()
        self.flush()
        self._close_events()

    def _start_anew(self):
        """Rename the file of arrays, and move the event files to a folder, which is a run then."""
        self._close_events()
        new_path = self._history.start_anew("is of a training before the one that begins now")
        if new_path is not None:
            set_aside(self._folder)
        self._step, self._drawn_step = 0, None

    def _write_arrays(self):
        start = time.monotonic()
        self._history.flush()
        now = time.monotonic()
        # Where nothing had changed, nothing was written, and the pause goes on.
        self._next_writing = max(self._next_writing, now + _PAUSE_OF_ARRAYS * (now - start))

    def _close_events(self):
        self._events.close()
        self._scores.close()

    def _draw(self):
        for layer in self._history.layers:
            figures = layer_figures(layer, self._history.layer(layer), self._title)
            images = [image(f.tag, *to_png(f.figure), f.description) for f in figures]
            self._events.write(images, self._step)
        self._drawn_step = self._step
