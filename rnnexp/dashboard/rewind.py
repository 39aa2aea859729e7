"""Event files taken back to an earlier step."""

import os
from pathlib import Path

from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.record_writer import RecordWriter


def rewind(folder: Path, step: int) -> None:
    """Take every point after `step` out of all event files below `folder`.

    So is a record that a killed process left half written. Each file is replaced whole.
    """
    for left in folder.rglob("unfinished.events.*"):  # by a process killed in this very place
        left.unlink()
    for path in sorted(folder.rglob("events.out.tfevents.*")):
        records = list(RawEventFileLoader(str(path)).Load())
        kept = [record for record in records if Event.FromString(record).step <= step]
        unfinished = path.with_name(f"unfinished.{path.name}")
        try:
            with unfinished.open("wb") as file:
                writer = RecordWriter(file)
                for record in kept:
                    writer.write(record)
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
