"""The scalars of a run: one curve for each split, against the training step."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from rnnexp.dashboard.event_file import EventFile
from rnnexp.dashboard.summaries import scalar


class Scalars:
    """Writes the scalars of each split into a folder of its own. Use it as a context manager.

    The splits use the same tags, such as `loss` and `accuracy`, so that TensorBoard overlays their
    curves.

    Args:
        folder: The parent of the folders train, validation and test.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._event_files: dict[str, EventFile] = {}

    def __enter__(self) -> "Scalars":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for event_file in self._event_files.values():
            event_file.close()

    def write(self, split: str, values: Mapping[str, float], step: int) -> None:
        """Write values to disk at once.

        Args:
            split: "train", "validation" or "test".
            values: Values by tag.
            step: Number of updates of the weights so far.
        """
        event_file = self._event_files.setdefault(split, EventFile(self._folder / split))
        event_file.write([scalar(tag, value) for tag, value in values.items()], step)
        event_file.flush()
