"""Symbolic links in a run folder, through which nothing is written."""

import os
from pathlib import Path

from rnnexp.config.errors import UserError
from rnnexp.runs import folder as names

_WRITTEN = (
    names.CONFIG,
    names.METRICS,
    names.SUMMARY,
    names.MODEL,
    names.CHECKPOINT,
    names.DIAGNOSTICS,
    f"{names.DIAGNOSTICS}.unfinished",
    ".lock",
    ".stop",
    "train.log",
    names.SWEEP,
)


def refuse_links(folder: Path) -> None:
    """Refuse links in the place of files that a run writes. `folder` itself may be a link.

    Raises:
        UserError: If there is one: its target would be overwritten.
    """
    for name in _WRITTEN:
        _refuse(folder / name)
    _refuse_below(folder / names.TENSORBOARD)


def refuse_links_in_sweep(folder: Path) -> None:
    """Do as `refuse_links` for the folder of a sweep and for every folder of a job in it."""
    refuse_links(folder)
    if folder.is_dir():
        for path in folder.iterdir():
            _refuse(path)
            if path.is_dir():
                refuse_links(path)


def _refuse_below(folder: Path) -> None:
    _refuse(folder)
    for place, folders, files in os.walk(folder):  # which follows no link
        for name in (*folders, *files):
            _refuse(Path(place, name))


def _refuse(path: Path) -> None:
    if path.is_symlink():
        raise UserError(
            f"{path}: is a link to {os.readlink(path)}, and nothing is written through one; remove "
            "it, or name another folder"
        )
