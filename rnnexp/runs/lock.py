"""The lock of a run folder: for one process at a time, and only for the run that is in it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from rnnexp.config.check import check
from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.identity import as_overrides, differing_keys, flat_values
from rnnexp.runs.folder import (
    CHECKPOINT,
    CONFIG,
    SWEEP,
    check_folder_name,
    remove_if_empty,
    remove_partial_files,
    unwritable_folder,
)
from rnnexp.runs.links import refuse_links
from rnnexp.runs.saved_config import read_config
from rnnexp.runs.summary import read_summary

_LOCK = ".lock"


@contextmanager
def run_lock(folder: Path, experiment: Experiment, again: bool) -> Iterator[bool]:
    """Lock a run folder for `experiment` inside the block, and create it if need be.

    Args:
        folder: The folder. It is removed again if nothing is written to it.
        experiment: What is to be trained.
        again: Whether a failed run may be continued.

    Yields:
        Whether the folder holds this run, unfinished.

    Raises:
        UserError: If the folder cannot be written, if another process has locked it, or if it holds
            anything but this run unfinished: a sweep, a finished run, another run, or a failed one
            without `again`.
    """
    check_folder_name(folder)
    refuse_links(folder)
    _refuse_sweep(folder)
    lock = FileLock(folder / _LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UserError(
            f"{folder}: another process is training in this folder; wait for it, or name another "
            "one"
        ) from error
    except OSError as error:
        raise unwritable_folder(error, folder) from error
    try:
        remove_partial_files(folder)
        yield _is_unfinished(folder, experiment, again)
    finally:
        _release(lock, folder)
        remove_if_empty(folder)


def wait_until_unlocked(folder: Path, seconds: float) -> None:
    """Wait until no process trains in a run folder any more.

    Args:
        folder: The folder; it need not exist.
        seconds: How long to wait at most.
    """
    if (folder / _LOCK).exists():
        lock = FileLock(folder / _LOCK)
        with suppress(Timeout, OSError):
            lock.acquire(timeout=seconds)
            _release(lock, folder)


def _release(lock: FileLock, folder: Path) -> None:
    # Where a run can be resumed the file stays: another process may be about to lock it.
    if not _can_be_resumed(folder):
        with suppress(OSError):
            (folder / _LOCK).unlink(missing_ok=True)
    lock.release()


def _refuse_sweep(folder: Path) -> None:
    if (folder / SWEEP).exists():
        raise UserError(
            f"{folder}: expected a folder for one run, found a sweep in it; name another one"
        )


def _can_be_resumed(folder: Path) -> bool:
    try:
        summary = read_summary(folder)
    except UserError:
        return True
    return summary is not None and summary.state != "completed"


def _is_unfinished(folder: Path, experiment: Experiment, again: bool) -> bool:
    _refuse_sweep(folder)  # once more: it may have been written before the lock was taken
    summary = read_summary(folder)
    if summary is not None and summary.state == "completed":
        (folder / CHECKPOINT).unlink(missing_ok=True)  # left where the process was killed just then
        raise UserError(
            f"{folder}: expected a new folder or an unfinished run, found a completed run in it; "
            "name another one"
        )
    if summary is not None and summary.state == "failed" and not again:
        raise UserError(
            f"{folder}: the run in it failed: {summary.error}; "
            f"to continue it anyway: rnnexp resume {folder} --again"
        )
    if not (folder / CONFIG).exists():
        return False
    _check_same_run(folder, experiment)
    return True


def _check_same_run(folder: Path, experiment: Experiment) -> None:
    """Raise UserError if the run in `folder` has another config than `experiment`."""
    saved, asked = read_config(folder), flat_values(experiment.config)
    if flat_values(saved) == asked:
        return
    # The data of a given task are not in its config, so that it cannot be checked again.
    before = flat_values(saved if experiment.given_task else check(saved).config)
    keys = differing_keys(before, asked)
    if keys:
        raise UserError(
            f"{folder}: the run in it has {as_overrides(keys, before)}, asked for is "
            f"{as_overrides(keys, asked)}; give the same again, or name another folder"
        )
