"""The files of a report, put where they belong all at once, and never through a link."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from rnnexp.config.errors import UserError
from rnnexp.report.text import plain

PAGE, GROUPS, RUNS, FIGURES = "index.html", "groups.csv", "runs.csv", "figures"


def check_place(out: Path) -> None:
    """Raise UserError where a report cannot be written to `out`, as far as can be seen before."""
    _refuse_links([out, *(out / name for name in (PAGE, GROUPS, RUNS, FIGURES))])
    _refuse_folders(out / name for name in (PAGE, GROUPS, RUNS))
    try:
        for folder in (out / FIGURES, out, *out.parents):
            if os.path.lexists(folder):
                if not folder.is_dir():
                    raise NotADirectoryError(0, "it is no folder", str(folder))
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(0, "nothing may be written there", str(folder))
                return
    except (OSError, ValueError) as error:
        raise _unwritable(out, error) from error


def put(out: Path, files: Mapping[str, str | bytes]) -> None:
    """Write `files`, by their paths within `out`; where one cannot be written, none is.

    Raises UserError where one of them is a link, or cannot be written.
    """
    _refuse_links(out / name for name in files)
    _refuse_folders(out / name for name in files)
    try:
        with ExitStack() as undo:
            _make(out, undo)
            with tempfile.TemporaryDirectory(prefix=".report-", dir=out) as beside:
                for name, content in files.items():
                    path = Path(beside, name)
                    path.parent.mkdir(exist_ok=True)
                    data = content.encode("utf-8") if isinstance(content, str) else content
                    path.write_bytes(data)
                _make(out / FIGURES, undo)
                for name in files:
                    os.replace(Path(beside, name), out / name)
            undo.pop_all()
    except OSError as error:
        raise _unwritable(out, error) from error


def _refuse_links(paths: Iterable[Path]) -> None:
    """Raise UserError for a link in the place of a folder or file: it may lead anywhere."""
    for path in paths:
        if os.path.islink(path):
            raise UserError(
                f"{plain(path)}: is a link, and a report is not written through one; remove it, "
                "or name another place with --out FOLDER"
            )


def _refuse_folders(paths: Iterable[Path]) -> None:
    """Raise UserError for a folder in the place of a file."""
    for path in paths:
        if os.path.isdir(path):
            raise UserError(
                f"{plain(path)}: is a folder, expected a file of an earlier report or nothing; "
                "remove it, or name another place with --out FOLDER"
            )


def _make(folder: Path, undo: ExitStack) -> None:
    """Make `folder` and those above it; `undo` removes what was made."""
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    for path in reversed(missing):
        path.mkdir()
        undo.callback(_discard, path)


def _discard(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _unwritable(out: Path, error: OSError | ValueError) -> UserError:
    place = getattr(error, "filename", None) or out
    why = getattr(error, "strerror", None) or error
    return UserError(
        f"{plain(place)}: the report cannot be written: {why}; name another place with --out FOLDER"
    )
