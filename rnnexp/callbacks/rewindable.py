"""What a callback offers that keeps files of its own while a model is trained."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Rewindable(Protocol):
    """A callback that writes files of its own, and can go back to an earlier step of the training.

    `rnnexp train` calls `flush` before it saves a checkpoint, and `rewind` before it resumes from
    one. What such a callback remembers is in its files, so a checkpoint does not hold it.
    """

    def flush(self) -> None:
        """Write everything that was measured so far."""

    def rewind(self, step: int) -> None:
        """Forget, in the files too, everything after `step`; -1 forgets everything."""
