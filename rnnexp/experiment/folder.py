"""The files of a run folder; each is written whole or not at all."""

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnnexp.experiment.errors import UserError

CONFIG = "config.yaml"
METRICS = "metrics.csv"
SUMMARY = "summary.json"
MODEL = "model.keras"
CHECKPOINT = "checkpoint.npz"
TENSORBOARD = "tensorboard"
DIAGNOSTICS = "diagnostics.nc"


def unwritable(error: OSError, folder: str | Path) -> UserError:
    """What to tell when a run folder cannot be made."""
    return UserError(
        f"{error.filename or folder}: the run folder cannot be written: {error.strerror}; "
        "name another place with outputs=FOLDER"
    )


def discard_empty(folder: Path) -> None:
    """Remove `folder` if nothing was ever written to it."""
    with suppress(OSError):
        folder.rmdir()


def discard_parts(folder: Path) -> None:
    """Remove what a killed process has left half written."""
    for name in map(Path, (CONFIG, METRICS, SUMMARY, MODEL, CHECKPOINT)):
        for part in folder.glob(f".{name.stem}.*{name.suffix}"):
            part.unlink(missing_ok=True)


def write(path: Path, fill: Callable[[Path], Any]) -> None:
    """Let `fill` write a neighbour of `path`, then move it there in one step."""
    # Keras goes by the ending, so the ending stays.
    part = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        fill(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write `summary` as JSON; raises ValueError for a number that JSON has not, as nan."""
    text = json.dumps(summary, indent=2, allow_nan=False) + "\n"
    write(folder / SUMMARY, lambda path: path.write_text(text, encoding="utf-8"))


def read_metrics(folder: Path) -> list[dict[str, str]]:
    """The rows of metrics.csv; none where there is no such file."""
    path = folder / METRICS
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_metrics(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows`, which share their keys, as CSV with a header."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write(folder / METRICS, lambda path: path.write_text(text.getvalue(), encoding="utf-8"))
