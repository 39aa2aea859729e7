"""Event files, as TensorBoard reads them: written, and taken back to an earlier step."""

import os
import socket
import time
from collections.abc import Iterable
from functools import partial
from itertools import count
from pathlib import Path

import tensorflow as tf
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from rnnexp.files.atomic import remove_temporary_files, write_atomically

_FILES = count()


class EventFile:
    """Writes an event file, which is created with the first values.

    This does not use tf.summary, because here all values of a step are one record, which matters
    where every step is logged, and because the buckets of a histogram can be given. It does not use
    TensorBoard's own writer either, which computes checksums in Python.

    Args:
        folder: The folder of the file; TensorBoard shows it as a run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: tf.io.TFRecordWriter | None = None
        self._tags: set[str] = set()

    def write(self, values: Iterable[Summary.Value], step: int) -> None:
        """Add the values of a step. They are on disk after `flush`."""
        if self._writer is None:
            self._writer = self._create_writer()
        summary = Summary(value=values)
        for value in summary.value:
            # TensorBoard reads the metadata of a tag from its first value in a file.
            if value.tag in self._tags:
                value.ClearField("metadata")
            self._tags.add(value.tag)
        event = Event(wall_time=time.time(), step=step, summary=summary)
        self._writer.write(event.SerializeToString())

    def flush(self) -> None:
        """Write everything to disk, where TensorBoard sees it."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Flush and close the file. Values that are written later go to a new file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._tags.clear()

    def _create_writer(self):
        self._folder.mkdir(parents=True, exist_ok=True)
        # TensorBoard reads the files of a folder in the order of their names: nanoseconds order
        # files made within a second. The rest of the name keeps processes and machines apart.
        now, origin = time.time_ns(), f"{socket.gethostname()}.{os.getpid()}.{next(_FILES)}"
        writer = tf.io.TFRecordWriter(str(self._folder / f"events.out.tfevents.{now}.{origin}"))
        writer.write(Event(wall_time=now / 1e9, file_version="brain.Event:2").SerializeToString())
        return writer


def rewind_event_files(folder: Path, step: int) -> None:
    """Remove all points after a step from the event files in and below a folder.

    A record that a killed process left half written is removed too. Each file is replaced as a
    whole.

    Args:
        folder: The folder; it need not exist.
        step: The last step to keep; -1 removes all points.
    """
    for path in sorted(folder.rglob("events.out.tfevents.*")):
        records = list(RawEventFileLoader(str(path)).Load())
        kept = [record for record in records if Event.FromString(record).step <= step]
        remove_temporary_files(path)  # of a process that was killed in this function
        write_atomically(path, partial(_write_records, records=kept))


def _write_records(path: Path, records: Iterable[bytes]) -> None:
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)
