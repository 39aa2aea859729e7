"""What is not to be written over gets another name, and the user a word of it."""

import warnings
from itertools import count
from pathlib import Path


def free_name(path: Path) -> Path:
    """The path with the first number that no file has: diagnostics.1.nc, probe.1."""
    names = (path.with_name(f"{path.stem}.{i}{path.suffix}") for i in count(1))
    return next(name for name in names if not name.exists() and not name.is_symlink())


def set_aside(path: Path, why: str) -> Path:
    """Rename a file, with a warning that says why. Returns where it is."""
    moved = free_name(path)
    path.rename(moved)
    warnings.warn(f"{path} {why}; it is now {moved.name}", stacklevel=3)
    return moved
