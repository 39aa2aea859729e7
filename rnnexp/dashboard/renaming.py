"""Renames files that must not be overwritten."""

import warnings
from itertools import count
from pathlib import Path


def free_name(path: Path) -> Path:
    """The path with the first number that no file has, such as diagnostics.1.nc or probe.1."""
    names = (path.with_name(f"{path.stem}.{i}{path.suffix}") for i in count(1))
    return next(name for name in names if not name.exists() and not name.is_symlink())


def rename_with_warning(path: Path, reason: str) -> Path:
    """Rename a file to its `free_name`, and warn of it.

    Args:
        path: The file.
        reason: What is wrong with it; follows the path in the warning.

    Returns:
        Its new path.
    """
    new_path = free_name(path)
    path.rename(new_path)
    warnings.warn(f"{path} {reason}; it is now {new_path.name}", stacklevel=3)
    return new_path
