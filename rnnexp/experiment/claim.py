"""A run folder for one process at a time, and only for the run that is in it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from omegaconf import DictConfig, OmegaConf

from rnnexp.experiment import folder as files
from rnnexp.experiment.check import check
from rnnexp.experiment.errors import UserError

_LOCK = ".lock"
# Where a run is kept, how often it is saved and what memory it may take make it no other run.
_FREE = ("outputs", "trust", "trainer.checkpoint_seconds", "hardware.memory_limit")


@contextmanager
def claimed(folder: Path, config: DictConfig, again: bool) -> Iterator[bool]:
    """Have `folder` to oneself inside the block; tells whether it holds `config`'s run, unfinished.

    Raises UserError where it cannot be written, where another process has it, and for what is in
    it: a finished run, another one's, or a failed one unless `again`.
    """
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
        if (read_summary(folder) or {}).get("state", "completed") == "completed":
            with suppress(OSError):
                (folder / _LOCK).unlink(missing_ok=True)
        lock.release()
        files.discard_empty(folder)


def _unfinished(folder: Path, config: DictConfig, again: bool) -> bool:
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


def read_summary(folder: Path) -> dict[str, Any] | None:
    """What summary.json says; None where there is none, nothing where it is none of ours."""
    try:
        summary = json.loads((folder / files.SUMMARY).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return summary if isinstance(summary, dict) else {}


def _same(folder: Path, config: DictConfig) -> None:
    """Raise UserError where the run in `folder` has another config."""
    saved: Any = OmegaConf.load(folder / files.CONFIG)
    found = dict(_values(check(saved).config))
    asked = dict(_values(config))
    for key in sorted(found | asked):
        if key not in _FREE and found.get(key) != asked.get(key):
            raise UserError(
                f"{folder}: the run in it has {key}={found.get(key)}, asked for is "
                f"{key}={asked.get(key)}; give the same again, or name another folder"
            )


def _values(config: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with the path at which it stands."""
    plain = OmegaConf.to_container(config) if isinstance(config, DictConfig) else config
    if isinstance(plain, Mapping) and plain:
        for key, value in plain.items():
            yield from _values(value, f"{path}.{key!s}".lstrip("."))
    else:
        yield path, plain
