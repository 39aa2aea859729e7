"""Event files taken back to an earlier step."""

import os
from pathlib import Path

import tensorflow as tf
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event


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
            with tf.io.TFRecordWriter(str(unfinished)) as writer:
                for record in kept:
                    writer.write(record)
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
