"""Links in a run folder: what is written there stays there."""

import os
from pathlib import Path

from rnnexp.config.errors import UserError
from rnnexp.runs import folder as files

_WRITTEN = (
    files.CONFIG,
    files.METRICS,
    files.SUMMARY,
    files.MODEL,
    files.CHECKPOINT,
    files.DIAGNOSTICS,
    f"{files.DIAGNOSTICS}.unfinished",
    ".lock",
    ".stop",
    "train.log",
    "sweep.json",
)


def refuse_links(folder: Path) -> None:
    """Raise UserError where a link stands in `folder` in the place of what a run writes.

    It would be written wherever the link leads. The folder itself may be one.
    """
    for name in _WRITTEN:
        _refuse(folder / name)
    _refuse_below(folder / files.TENSORBOARD)


def refuse_links_of_jobs(folder: Path) -> None:
    """The same for a sweep's `folder`, and for everything in it that may be a job's folder."""
    refuse_links(folder)
    if folder.is_dir():
        for path in folder.iterdir():
            _refuse(path)
            if path.is_dir():
                refuse_links(path)


def _refuse_below(folder: Path) -> None:
    _refuse(folder)
    for place, folders, names in os.walk(folder):  # which follows none
        for name in (*folders, *names):
            _refuse(Path(place, name))


def _refuse(path: Path) -> None:
    if path.is_symlink():
        raise UserError(
            f"{path}: is a link to {os.readlink(path)}, and nothing is written through one; remove "
            "it, or name another folder"
        )
