"""The folders below --logdir that have a diagnostics.nc.

Nothing outside of --logdir is shown: a symbolic link that leads there is not followed.
"""

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FILE = "diagnostics.nc"
_MOST_FOLDERS = 200_000
_REMOTE = re.compile(r"[a-zA-Z][0-9a-zA-Z.+-]*://")


class Logdir(NamedTuple):
    """A folder that TensorBoard was told to show.

    Args:
        name: What the names of its runs begin with; empty for --logdir.
        path: The folder, without symbolic links.
    """

    name: str
    path: str

    def run_name(self, folder: str) -> str:
        """The name of the run in a folder below this one."""
        relative = os.path.relpath(folder, self.path)
        parts = [self.name, relative if relative != "." else ""]
        return printable("/".join(filter(None, parts)) or ".")

    def folder(self, run: str) -> str | None:
        """The folder of a run of TensorBoard, if its name begins as those of this folder."""
        if self.name and run != self.name and not run.startswith(self.name + "/"):
            return None
        return os.path.normpath(os.path.join(self.path, run[len(self.name) :].lstrip("/")))

    def holds(self, real_path: str) -> bool:
        """Whether a path without symbolic links is in this folder."""
        return real_path == self.path or real_path.startswith(self.path.rstrip("/") + "/")


class Found(NamedTuple):
    """A run's folder.

    Args:
        name: The run's name.
        folder: Its path.
        problem: Why its file is not read; None if it may be.
    """

    name: str
    folder: str
    problem: str | None = None

    @property
    def path(self) -> str:
        """The path of its diagnostics.nc."""
        return os.path.join(self.folder, FILE)


def logdirs(flags: argparse.Namespace | None) -> tuple[list[Logdir], str | None]:
    """The folders that TensorBoard shows, and what is wrong with them as a whole."""
    if getattr(flags, "logdir", ""):
        named = [("", flags.logdir)]  # type: ignore[union-attr]
    else:
        parts = [part for part in (getattr(flags, "logdir_spec", "") or "").split(",") if part]
        named = [_name_and_path(part) for part in parts]
    remote = [path for _, path in named if _REMOTE.match(path)]
    local = [
        Logdir(name, os.path.realpath(os.path.expanduser(path)))
        for name, path in named
        if path not in remote
    ]
    missing = [logdir.path for logdir in local if not os.path.isdir(logdir.path)]
    problem = None
    if remote:
        problem = (
            f"Recurrence reads local folders only, and TensorBoard shows {remote[0]}. "
            "Copy the runs to a local folder and start TensorBoard there."
        )
    elif missing:
        problem = f"There is no folder {printable(missing[0])}. Check --logdir."
    return local, problem


def find(logdir: Logdir) -> Iterator[Found]:
    """Find the runs of a folder; real folders before those that are reached by links."""
    folders, links = [logdir.path], list[str]()
    seen: set[str] = set()
    while (folders or links) and len(seen) < _MOST_FOLDERS:
        folder = folders.pop() if folders else links.pop()
        real = os.path.realpath(folder)
        if not logdir.holds(real):
            if os.path.exists(os.path.join(folder, FILE)):
                yield Found(logdir.run_name(folder), folder, leads_outside(folder))
            continue
        if real in seen:
            continue
        seen.add(real)
        try:
            with os.scandir(folder) as scanned:
                entries = list(scanned)
        except OSError as error:
            if isinstance(error, PermissionError):
                reason = f"the folder cannot be read ({error.strerror})"
                yield Found(logdir.run_name(folder), folder, reason)
            continue
        for entry in entries:
            if _is_folder(entry):
                (links if entry.is_symlink() else folders).append(entry.path)
            elif entry.name == FILE:
                inside = logdir.holds(os.path.realpath(entry.path))
                problem = None if inside else leads_outside(entry.path)
                yield Found(logdir.run_name(folder), folder, problem)


def leads_outside(path: str) -> str:
    """The problem of a symbolic link that is not followed."""
    real = os.path.realpath(path)
    folder = real if os.path.isdir(real) else os.path.dirname(real)
    return (
        f"{printable(Path(path).name)} is a symbolic link that leads out of --logdir, so it is not "
        f"read. Start TensorBoard with --logdir {printable(folder)}, or with --logdir_spec to show "
        "several folders."
    )


def printable(name: str) -> str:
    """A name from the file system as text, whatever its bytes are."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _name_and_path(part: str) -> tuple[str, str]:
    """As TensorBoard reads a part of --logdir_spec: `name:path` or a path."""
    if _REMOTE.match(part) or part.startswith("/") or ":" not in part:
        return "", part
    name, _, path = part.partition(":")
    return name, path
