"""An event file, as TensorBoard reads it."""

import os
import socket
import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import tensorflow as tf
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

_FILES = count()


class Events:
    """Appends to an event file of its own in `folder`, made with the first values.

    Not by tf.summary: all values of a step are one record, which matters where every step is
    logged, and a histogram's buckets can be given. Nor by TensorBoard's writer, whose checksums
    are reckoned in Python, byte by byte.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: tf.io.TFRecordWriter | None = None
        self._introduced: set[str] = set()

    def write(self, values: Iterable[Summary.Value], step: int) -> None:
        """Hand over the values of a step; `flush` puts them on the disk."""
        if self._writer is None:
            self._writer = self._new_writer()
        summary = Summary(value=values)
        for value in summary.value:
            # TensorBoard asks the first value of a file what its tag is, and no other.
            if value.tag in self._introduced:
                value.ClearField("metadata")
            self._introduced.add(value.tag)
        event = Event(wall_time=time.time(), step=step, summary=summary)
        self._writer.write(event.SerializeToString())

    def flush(self) -> None:
        """Everything handed over so far is on the disk, and TensorBoard can see it."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Flush and close the file; what is written later goes to a new one."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._introduced.clear()

    def _new_writer(self):
        self._folder.mkdir(parents=True, exist_ok=True)
        # TensorBoard reads the files of a folder in the order of their names: nanoseconds and no
        # seconds, in which several are made. The rest of the name is no other process's.
        now, here = time.time_ns(), f"{socket.gethostname()}.{os.getpid()}.{next(_FILES)}"
        writer = tf.io.TFRecordWriter(str(self._folder / f"events.out.tfevents.{now}.{here}"))
        writer.write(Event(wall_time=now / 1e9, file_version="brain.Event:2").SerializeToString())
        return writer
