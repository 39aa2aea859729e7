"""An event file, as TensorBoard reads it."""

import time
from collections.abc import Iterable
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

_LIVE = 5  # seconds at most until TensorBoard can see a value


class Events:
    """Appends to an event file of its own in `folder`, made with the first values.

    TensorBoard's own writer, not tf.summary: all values of a step are one record, which matters
    where every step is logged, and a histogram's buckets can be given.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: EventFileWriter | None = None
        self._introduced: set[str] = set()

    def write(self, values: Iterable[Summary.Value], step: int) -> None:
        """Hand over the values of a step; `flush` puts them on the disk."""
        if self._writer is None:
            self._writer = EventFileWriter(str(self._folder), flush_secs=_LIVE)
        summary = Summary(value=values)
        for value in summary.value:
            # TensorBoard asks the first value of a file what its tag is, and no other.
            if value.tag in self._introduced:
                value.ClearField("metadata")
            self._introduced.add(value.tag)
        self._writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))

    def flush(self) -> None:
        """Everything handed over so far is on the disk."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Flush and close the file; what is written later goes to a new one."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._introduced.clear()
