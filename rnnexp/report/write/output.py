"""Writes the files of a report all at once, and never through a symbolic link."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from rnnexp.config.errors import UserError
from rnnexp.report.text import plain

PAGE_FILE, GROUPS_FILE, RUNS_FILE = "index.html", "groups.csv", "runs.csv"
DIFFERENCES_FILE = "differences.csv"
FIGURES_FOLDER = "figures"


def check_output_folder(out: Path) -> None:
    """Check, before long work, that a report can be written to a folder.

    Raises:
        UserError: It is visible already that the report cannot be written.
    """
    files = [out / name for name in (PAGE_FILE, GROUPS_FILE, RUNS_FILE, DIFFERENCES_FILE)]
    _refuse_links([out, out / FIGURES_FOLDER, *files])
    _refuse_folders(files)
    try:
        for folder in (out / FIGURES_FOLDER, out, *out.parents):
            if os.path.lexists(folder):
                if not folder.is_dir():
                    raise NotADirectoryError(0, "it is not a folder", str(folder))
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(0, "nothing may be written there", str(folder))
                return
    except (OSError, ValueError) as error:
        raise _cannot_write(out, error) from error


def write_files(out: Path, files: Mapping[str, str | bytes]) -> None:
    """Write all files, or none if one of them cannot be written.

    Args:
        out: The folder; it is made if needed.
        files: The contents of each file, by its path within `out`.

    Raises:
        UserError: A file is a link or a folder, or cannot be written.
    """
    _refuse_links(out / name for name in files)
    _refuse_folders(out / name for name in files)
    try:
        with ExitStack() as undo:
            _make_folders(out, undo)
            with tempfile.TemporaryDirectory(prefix=".report-", dir=out) as temporary:
                for name, content in files.items():
                    path = Path(temporary, name)
                    path.parent.mkdir(exist_ok=True)
                    data = content.encode("utf-8") if isinstance(content, str) else content
                    path.write_bytes(data)
                _make_folders(out / FIGURES_FOLDER, undo)
                for name in files:
                    os.replace(Path(temporary, name), out / name)
            undo.pop_all()
    except OSError as error:
        raise _cannot_write(out, error) from error


def _refuse_links(paths: Iterable[Path]) -> None:
    """Raise UserError for a link, which may lead anywhere."""
    for path in paths:
        if os.path.islink(path):
            raise UserError(
                f"{plain(path)}: is a link, and a report is not written through links; remove it, "
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


def _make_folders(folder: Path, undo: ExitStack) -> None:
    """Make a folder and its parents; `undo` removes those that were made."""
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    for path in reversed(missing):
        path.mkdir()
        undo.callback(_remove_if_empty, path)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _cannot_write(out: Path, error: OSError | ValueError) -> UserError:
    path = getattr(error, "filename", None) or out
    reason = getattr(error, "strerror", None) or error
    return UserError(
        f"{plain(path)}: the report cannot be written: {reason}; "
        "name another place with --out FOLDER"
    )
