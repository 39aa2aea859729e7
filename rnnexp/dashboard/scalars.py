"""Scalars against the optimizer's step, one curve for each split, in TensorBoard."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import tensorflow as tf


class Scalars:
    """Writes `folder`/train and `folder`/validation under the same tags, so the curves overlay.

    Tags are the names given, such as `loss` and `accuracy`; the step is the number of optimizer
    updates. Use it in a `with`, whose end writes what is still held.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, tf.summary.SummaryWriter] = {}

    def __enter__(self) -> "Scalars":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def write(self, split: str, values: Mapping[str, float], step: int) -> None:
        """Write `values` of `split` ("train" or "validation") at `step`, at once on the disk."""
        if split not in self._writers:
            self._writers[split] = tf.summary.create_file_writer(str(self._folder / split))
        writer = self._writers[split]
        with writer.as_default(step=step):
            for tag, value in values.items():
                tf.summary.scalar(tag, value)
        writer.flush()
