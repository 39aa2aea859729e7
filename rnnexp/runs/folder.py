"""The names of the files in a run folder, and the folder itself."""

from contextlib import suppress
from pathlib import Path

from rnnexp.config.errors import UserError
from rnnexp.files.atomic import remove_temporary_files

CONFIG = "config.yaml"
METRICS = "metrics.csv"
SUMMARY = "summary.json"
MODEL = "model.keras"
BEST_MODEL = "best.keras"
SLICES = "slices.csv"
CHECKPOINT = "checkpoint.npz"
TENSORBOARD = "tensorboard"
DIAGNOSTICS = "diagnostics.nc"
SWEEP = "sweep.json"
"""In the folder of a sweep, beside the folders of its runs."""


def unwritable_folder(error: OSError, folder: str | Path) -> UserError:
    """Return the error to raise when a run folder cannot be created.

    Args:
        error: What the operating system raised.
        folder: The folder, where `error` does not name the path.
    """
    return UserError(
        f"{error.filename or folder}: the run folder cannot be written: {error.strerror}; "
        "name another place with outputs=FOLDER"
    )


def check_folder_name(folder: Path) -> None:
    """Check that TensorFlow can write into `folder`; an empty one that it cannot is removed.

    Raises:
        UserError: If the path is not UTF-8.
    """
    try:
        str(folder.absolute()).encode("utf-8")
    except UnicodeEncodeError as error:
        remove_if_empty(folder)
        raise UserError(
            f"{folder.absolute()}: expected a folder whose path is UTF-8; rename it, or name "
            "another place with outputs=FOLDER"
        ) from error


def remove_if_empty(folder: Path) -> None:
    """Remove `folder` if it is empty."""
    with suppress(OSError):
        folder.rmdir()


def remove_partial_files(folder: Path) -> None:
    """Remove the temporary files of a killed process."""
    for name in (CONFIG, METRICS, SUMMARY, MODEL, BEST_MODEL, SLICES, CHECKPOINT, DIAGNOSTICS):
        remove_temporary_files(folder / name)
