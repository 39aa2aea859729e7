"""Renames files that must not be overwritten."""

import warnings
from pathlib import Path

from rnnexp.files.atomic import free_name


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
