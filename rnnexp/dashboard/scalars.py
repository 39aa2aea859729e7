"""Scalars against the optimizer's step, one curve for each split, in TensorBoard."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from rnnexp.dashboard.event_file import Events
from rnnexp.dashboard.summaries import scalar


class Scalars:
    """Writes `folder`/train, /validation and /test under the same tags, so the curves overlay.

    Tags are the names given, such as `loss` and `accuracy`; the step is the number of optimizer
    updates. Use it in a `with`, whose end writes what is still held.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._events: dict[str, Events] = {}

    def __enter__(self) -> "Scalars":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for events in self._events.values():
            events.close()

    def write(self, split: str, values: Mapping[str, float], step: int) -> None:
        """Write `values` of `split` at `step`, at once on the disk."""
        events = self._events.setdefault(split, Events(self._folder / split))
        events.write([scalar(tag, value) for tag, value in values.items()], step)
        events.flush()
