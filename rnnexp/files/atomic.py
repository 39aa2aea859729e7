"""Files that are written whole or not at all, and names that no file has yet."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any


def write_atomically(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` fill a temporary file beside `path`, then rename it to `path` in one step.

    Args:
        path: The file to create or replace. Its folder must exist.
        write: Called with the path of the temporary file, which has the ending of `path`.

    Raises:
        OSError: If the file cannot be written; `path` is then as it was.
    """
    # Keras chooses a format by the ending, so the temporary file has the same one.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` in UTF-8 as `write_atomically` does."""
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def remove_temporary_files(path: Path) -> None:
    """Remove the temporary files that a killed process left beside `path`."""
    for temporary in path.parent.glob(f".{path.stem}.*{path.suffix}"):
        temporary.unlink(missing_ok=True)


def free_name(path: Path) -> Path:
    """Return `path` with the first number that no file has, as in `diagnostics.1.nc`."""
    names = (path.with_name(f"{path.stem}.{i}{path.suffix}") for i in count(1))
    return next(name for name in names if not os.path.lexists(name))


def rename_damaged(path: Path) -> Path:
    """Rename a file whose contents are wrong, so that nothing is lost; return the new path."""
    damaged = path.with_name(f"{path.stem}.damaged{path.suffix}")
    return path.rename(free_name(damaged) if os.path.lexists(damaged) else damaged)
