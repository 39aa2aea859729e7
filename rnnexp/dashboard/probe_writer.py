"""What callbacks measure inside a model: into an event file, pictures, and a file of arrays."""

import time
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rnnexp.dashboard import tags
from rnnexp.dashboard.custom_scalars import layout
from rnnexp.dashboard.event_file import Events
from rnnexp.dashboard.figures import pictures, png
from rnnexp.dashboard.history import History
from rnnexp.dashboard.layer_history import Measured
from rnnexp.dashboard.layer_summaries import points
from rnnexp.dashboard.renaming import free_name
from rnnexp.dashboard.rewind import rewind
from rnnexp.dashboard.summaries import picture, scalars_layout, text
from rnnexp.equations import Equation

# Drawing takes tenths of a second: not in the first seconds, and then so rarely that the time
# between is so many times that of drawing.
_FIRST, _PAUSE = 60.0, 100


class Inside:
    """Writes `log_dir`/probe, which TensorBoard shows, and the file `arrays`, a `History`.

    Curves are shown by `refresh`; pictures when there has been time for them, and by `close`.
    """

    def __init__(self, log_dir: Path, arrays: Path) -> None:
        self._folder = log_dir / "probe"
        self._history = History(arrays)
        self._events = Events(self._folder)
        self._step = 0
        self._drawn: int | None = None
        self._next_drawing = time.monotonic() + _FIRST

    def describe(
        self, layers: str, equations_text: str, equations: Iterable[Equation], step: int
    ) -> None:
        """Write the model as text (Markdown), and which curves of its layers stand together."""
        about = [text(tags.LAYERS, layers), text(tags.EQUATIONS, equations_text)]
        self._events.write([*about, scalars_layout(layout(equations))], step)

    def add(self, layer: str, measured: Measured, attributes: Mapping[str, Any]) -> None:
        """Keep and show what was measured of a layer: arrays with a dimension `step`."""
        self._history.add(layer, measured, attributes)
        for step, values in points(layer, measured, attributes["direction"]):
            self._events.write(values, step)
            self._step = max(step, self._step)

    def begin(self, step: int) -> int | None:
        """Training begins at `step`; of what an earlier process left here, go on with what was
        measured up to it. Returns `step` if that was among it.
        """
        self._history.read()
        return self.go_back(step)

    def go_back(self, step: int) -> int | None:
        """Training goes on from `step`, or anew from 0; of what was measured, what came later is
        forgotten, or all of it set aside. Returns `step` if that was measured and kept. What was
        added is to be flushed before.
        """
        steps = self._history.steps
        if step == 0 and steps:
            self._set_aside()
        elif step < max(steps, default=step):
            warnings.warn(
                f"the training goes on from step {step}: what {self._history.path} has of later "
                f"steps, up to {max(steps)}, is forgotten",
                stacklevel=2,
            )
            self.rewind(step)
        return step if step in self._history.steps else None

    def refresh(self) -> None:
        """Show what was added: curves at once, pictures if they have not been drawn for long."""
        self._events.flush()
        start = time.monotonic()
        if start >= self._next_drawing:
            self._draw()
            self.flush()
            now = time.monotonic()
            self._next_drawing = now + _PAUSE * (now - start)

    def flush(self) -> None:
        """Everything added so far is on the disk."""
        self._history.flush()
        self._events.flush()

    def rewind(self, step: int) -> None:
        """Forget, on disk too, everything after `step`; go on from what was written before."""
        self._events.close()
        rewind(self._folder, step)
        self._history.rewind(step)
        self._step, self._drawn = 0, None

    def close(self) -> None:
        """Draw, flush, and close the event file; what is added later goes to a new one."""
        if self._drawn != self._step:
            self._draw()
        self.flush()
        self._events.close()

    def _set_aside(self):
        """Curves too, which TensorBoard then shows as those of a run of their own."""
        self._events.close()
        moved = self._history.set_aside("is of a training before the one that begins now")
        if moved is not None and self._folder.exists():
            self._folder.rename(free_name(self._folder))
        self._step, self._drawn = 0, None

    def _draw(self):
        for layer in self._history.layers:
            drawn = pictures(layer, self._history.layer(layer))
            self._events.write(
                [picture(p.tag, *png(p.figure), p.description) for p in drawn], self._step
            )
        self._drawn = self._step
