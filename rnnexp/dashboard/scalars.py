"""The scalars of a run: loss and metrics of each split against the training step."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from rnnexp.dashboard.event_file import EventFile
from rnnexp.dashboard.summaries import scalar


class Scalars:
    """Writes scalars of a run. Use it as a context manager.

    Args:
        folder: The folder of the run's event files.
    """

    def __init__(self, folder: Path) -> None:
        self._events = EventFile(folder)

    def __enter__(self) -> "Scalars":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._events.close()

    def write(self, values: Mapping[str, float], step: int) -> None:
        """Write values to disk at once.

        Args:
            values: Values by tag; `of_split` gives those of a split.
            step: Number of updates of the weights so far.
        """
        self._events.write([scalar(tag, value) for tag, value in values.items()], step)
        self._events.flush()


class FitScores:
    """Writes the scores that Keras reports during a `fit`.

    Several callbacks may report the same ones; each tag gets one point for a step.

    Args:
        folder: The folder of the run's event files.
    """

    def __init__(self, folder: Path) -> None:
        self._events = EventFile(folder)
        self._last_steps: dict[str, int] = {}

    def write(self, logs: Mapping[str, Any] | None, step: int) -> None:
        """Write scores. They are on disk after `flush`.

        Args:
            logs: What Keras hands to a callback: means since the epoch began, and those of the
                validation data as val_….
            step: Number of updates of the weights so far.
        """
        scores = {_tag(name): value for name, value in (logs or {}).items() if np.ndim(value) == 0}
        new = {tag: value for tag, value in scores.items() if self._last_steps.get(tag) != step}
        if new:
            self._events.write([scalar(tag, float(value)) for tag, value in new.items()], step)
            self._last_steps |= dict.fromkeys(new, step)

    def close(self) -> None:
        """Flush, and begin anew."""
        self._events.close()
        self._last_steps.clear()


def _tag(name: str) -> str:
    """The tag of what Keras reports under a name."""
    if name == "learning_rate":  # of a schedule
        return name
    validation = name.startswith("val_")
    return f"{name.removeprefix('val_')}/{'validation' if validation else 'train'}"


def of_split(split: str, scores: Mapping[str, float]) -> dict[str, float]:
    """The scores of a split by their tags, such as `loss/validation`.

    Args:
        split: "train", "validation" or "test".
        scores: Loss and metrics by name.
    """
    return {f"{name}/{split}": value for name, value in scores.items()}
