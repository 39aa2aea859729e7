"""A run folder for one process at a time, and only for the run that is in it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from omegaconf import DictConfig

from rnnexp.config.check import check
from rnnexp.config.errors import UserError
from rnnexp.config.identity import changed, told, values
from rnnexp.runs import folder as files
from rnnexp.runs.links import refuse_links
from rnnexp.runs.saved import read_config, read_summary

_LOCK = ".lock"


@contextmanager
def claimed(folder: Path, config: DictConfig, again: bool) -> Iterator[bool]:
    """Have `folder` to oneself inside the block; tells whether it holds `config`'s run, unfinished.

    Raises UserError where it cannot be written or named, where another process has it, and for what
    is in it: a sweep, a finished run, another one's, or a failed one unless `again`.
    """
    files.check_name(folder)
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
        raise files.unwritable(error, folder) from error
    try:
        files.discard_parts(folder)
        yield _unfinished(folder, config, again)
    finally:
        # Where a run may go on the file stays: another process may be about to lock just this one.
        if not _may_go_on(folder):
            with suppress(OSError):
                (folder / _LOCK).unlink(missing_ok=True)
        lock.release()
        files.discard_empty(folder)


def _refuse_sweep(folder: Path) -> None:
    if (folder / files.SWEEP).exists():
        raise UserError(
            f"{folder}: expected a folder for one run, found a sweep in it; name another one"
        )


def _may_go_on(folder: Path) -> bool:
    try:
        summary = read_summary(folder)
    except UserError:
        return True
    return summary is not None and summary.get("state") in ("running", "interrupted", "failed")


def _unfinished(folder: Path, config: DictConfig, again: bool) -> bool:
    _refuse_sweep(folder)  # once more: it may have come before the lock
    summary = read_summary(folder)
    begun = (folder / files.CONFIG).exists()
    state = "running" if summary is None else summary.get("state")
    if state == "completed":  # and was killed before it had tidied up
        (folder / files.CHECKPOINT).unlink(missing_ok=True)
    if state not in ("running", "interrupted", "failed"):
        raise UserError(
            f"{folder}: expected a new folder or an unfinished run, found "
            f"{'a completed run' if state == 'completed' else 'something else'} in it; "
            "name another one"
        )
    if summary is not None and state == "failed" and not again:
        raise UserError(
            f"{folder}: the run in it failed: {summary.get('error')}; "
            f"to go on with it all the same: rnnexp resume {folder} --again"
        )
    if begun:
        _same(folder, config)
    return begun


def _same(folder: Path, config: DictConfig) -> None:
    """Raise UserError where the run in `folder` has another config."""
    found, asked = values(check(read_config(folder)).config), values(config)
    keys = changed(found, asked)
    if keys:
        raise UserError(
            f"{folder}: the run in it has {told(keys, found)}, asked for is "
            f"{told(keys, asked)}; give the same again, or name another folder"
        )
