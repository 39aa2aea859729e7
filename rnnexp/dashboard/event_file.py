"""Event files, as TensorBoard reads them: written, rewritten, and set aside."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from pathlib import Path
from weakref import WeakValueDictionary

import tensorflow as tf
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from rnnexp.files.atomic import free_name, remove_temporary_files, write_atomically

_FILES = count()
_ANY, _OWN = "events.out.tfevents.*", "events.out.tfevents.*.rnnexp"


class EventFile:
    """Writes the values of a folder, which TensorBoard shows as a run.

    All objects of a process that write into the same folder at the same time share one file:
    TensorBoard reads the files of a folder one after the other, and without its fast loader it
    never goes back to an earlier one. The file is created with the first values. Several threads
    may write.

    Args:
        folder: The folder of the file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: _OpenFile | None = None

    def write(self, values: Iterable[Summary.Value], step: int) -> None:
        """Add the values of a step. They are on disk after `flush`."""
        with _LOCK:
            self._file = _opened(self._folder)
            self._file.write(values, step)

    def flush(self) -> None:
        """Write everything to disk, where TensorBoard sees it."""
        with _LOCK:
            if self._file is not None:
                self._file.flush()

    def close(self) -> None:
        """Flush, and close the file if no other object uses it.

        Values that are written later go to the file that is open then, or else to a new one.
        """
        with _LOCK:
            self.flush()
            self._file = None


class _OpenFile:
    """An event file that is open as long as an `EventFile` uses it.

    This does not use tf.summary, because here all values of a step are one record, which matters
    where every step is logged, and because the buckets of a histogram can be given. It does not use
    TensorBoard's own writer either, which computes checksums in Python.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # TensorBoard reads the files of a folder in the order of their names: nanoseconds order
        # files made within a second. The rest of the name keeps processes and machines apart.
        now, origin = time.time_ns(), f"{socket.gethostname()}.{os.getpid()}.{next(_FILES)}"
        self.path = folder / _OWN.replace("*", f"{now}.{origin}")
        self._writer: tf.io.TFRecordWriter | None = tf.io.TFRecordWriter(str(self.path))
        version = Event(wall_time=now / 1e9, file_version="brain.Event:2")
        self._writer.write(version.SerializeToString())
        self._tags: set[str] = set()

    def write(self, values: Iterable[Summary.Value], step: int) -> None:
        assert self._writer is not None
        summary = Summary(value=values)
        for value in summary.value:
            # TensorBoard reads the metadata of a tag from its first value in a file.
            if value.tag in self._tags:
                value.ClearField("metadata")
            self._tags.add(value.tag)
        event = Event(wall_time=time.time(), step=step, summary=summary)
        self._writer.write(event.SerializeToString())

    def flush(self) -> None:
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


_OPEN: WeakValueDictionary[Path, _OpenFile] = WeakValueDictionary()  # by the resolved folder
_LOCK = threading.RLock()


def _opened(folder: Path) -> _OpenFile:
    """The file that is open in a folder, or a new one. An open file may have been deleted."""
    key = folder.resolve()
    file = _OPEN.get(key)
    if file is None or not file.path.exists():
        file = _OPEN[key] = _OpenFile(folder)
    return file


def _close(folder: Path) -> None:
    """Close the file that is open in a folder, whoever uses it."""
    if file := _OPEN.pop(folder.resolve(), None):
        file.close()


def all_event_files(folder: Path) -> list[Path]:
    """The event files in and below a folder, whoever wrote them. The folder need not exist."""
    return sorted(folder.rglob(_ANY))


def own_event_files(folder: Path) -> list[Path]:
    """The event files in a folder that rnnexp has written."""
    return sorted(folder.glob(_OWN))


def until(step: int, without: str = "") -> Callable[[Event], bool]:
    """What `keep_events` keeps so that nothing is left of the steps after one.

    Args:
        step: The last step to keep; -1 keeps nothing.
        without: A split, such as "test", whose scores are not kept at all.
    """
    ending = f"/{without}"

    def is_kept(event: Event) -> bool:
        of_split = any(value.tag.endswith(ending) for value in event.summary.value)
        return event.step <= step and not (without and of_split)

    return is_kept


def keep_events(paths: Iterable[Path], is_kept: Callable[[Event], bool]) -> None:
    """Remove events from event files.

    A record that a killed process left half written is removed too. Each file is replaced as a
    whole. Files that are open here are closed before; later values go to new files.

    Args:
        paths: The files.
        is_kept: Whether an event is kept.
    """
    with _LOCK:
        for path in paths:
            _close(path.parent)
            records = list(RawEventFileLoader(str(path)).Load())
            kept = [record for record in records if is_kept(Event.FromString(record))]
            remove_temporary_files(path)  # of a process that was killed in this function
            write_atomically(path, partial(_write_records, records=kept))


def set_aside(folder: Path) -> None:
    """Move the event files that rnnexp has written in a folder to a folder `earlier.1` in it."""
    with _LOCK:
        _close(folder)
        paths = own_event_files(folder)
        if paths:
            earlier = free_name(folder / "earlier")
            earlier.mkdir()
            for path in paths:
                path.rename(earlier / path.name)


def _write_records(path: Path, records: Iterable[bytes]) -> None:
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)
