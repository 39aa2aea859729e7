"""The files of a run folder; each is written whole or not at all."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnnexp.config.errors import UserError
from rnnexp.dashboard.renaming import free_name

CONFIG = "config.yaml"
METRICS = "metrics.csv"
SUMMARY = "summary.json"
MODEL = "model.keras"
CHECKPOINT = "checkpoint.npz"
TENSORBOARD = "tensorboard"
DIAGNOSTICS = "diagnostics.nc"
SWEEP = "sweep.json"
"""In the folder of a sweep, beside the folders of its runs."""


def unwritable(error: OSError, folder: str | Path) -> UserError:
    """What to tell when a run folder cannot be made."""
    return UserError(
        f"{error.filename or folder}: the run folder cannot be written: {error.strerror}; "
        "name another place with outputs=FOLDER"
    )


def check_name(folder: Path) -> None:
    """Raise UserError where TensorFlow cannot write into `folder`, whose name is no UTF-8."""
    try:
        str(folder.absolute()).encode("utf-8")
    except UnicodeEncodeError as error:
        discard_empty(folder)
        raise UserError(
            f"{folder.absolute()}: expected a folder whose name and those above it are UTF-8; "
            "rename it, or name another place with outputs=FOLDER"
        ) from error


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


def set_aside(path: Path) -> Path:
    """Rename a file that is not what was written, so that nothing in it is lost; its new name."""
    aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
    return path.rename(free_name(aside) if os.path.lexists(aside) else aside)


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write `summary` as JSON; raises ValueError for a number that JSON has not, as nan."""
    text = json.dumps(summary, indent=2, allow_nan=False) + "\n"
    write(folder / SUMMARY, lambda path: path.write_text(text, encoding="utf-8"))
