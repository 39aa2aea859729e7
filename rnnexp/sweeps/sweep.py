"""The folder of a sweep, and `sweep.json` in it: what its jobs and a continuation must know."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rnnexp.config.errors import UserError
from rnnexp.files.atomic import write_atomically
from rnnexp.files.reading import Unreadable, read_json
from rnnexp.runs.folder import SWEEP, check_folder_name, remove_if_empty, unwritable_folder
from rnnexp.runs.links import refuse_links_in_sweep

STOP = ".stop"
LOCK = ".lock"
# Hydra's values that determine the jobs; the others may differ when the sweep is continued.
_JOB_KEYS = ("hydra/sweeper", "hydra.sweeper.params", "hydra.searchpath")


@dataclass(frozen=True)
class Sweep:
    """What the jobs of a sweep need to know of it, in whichever process they run.

    Attributes:
        overrides: Those of the command line, to be given again when the sweep is continued.
        config_dir: The folder of additional YAML files, or None.
        jobs: The number of jobs, None where a sweeper draws them without a limit.
        at_once: How many jobs share this machine.
        again: Whether failed jobs are tried again.
        names: The names of the jobs' folders, None where they are not known beforehand.
        paper: The row of conf/paper whose entries and seeds are the jobs, None for the jobs of
            `overrides`. The name of its job says all that distinguishes it, so that a continuation
            may have more seeds.
    """

    overrides: list[str]
    config_dir: str | None
    jobs: int | None
    at_once: int
    again: bool
    names: list[str] | None = None
    paper: str | None = None

    @contextmanager
    def claimed(self, folder: Path) -> Iterator[None]:
        """Reserve `folder` for this sweep, new or continued, inside the block.

        If no job of a new sweep begins, its files are removed again.

        Raises:
            UserError: Another process uses the folder, the folder holds anything else than this
                sweep, or it cannot be created.
        """
        refuse_links_in_sweep(folder)
        lock = FileLock(folder / LOCK)
        try:
            fresh = not folder.exists() or not any(folder.iterdir())
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise UserError(
                f"{folder}: another process is training in this folder; wait for it, or "
                "choose another one with hydra.sweep.dir"
            ) from error
        except (OSError, ValueError) as error:
            raise _unwritable(error, folder) from error
        try:
            # Checked under the lock: another sweep or run may have begun here before it.
            self.check(folder)
            self._write(folder)
            yield
        finally:
            if fresh:
                _discard_if_no_job_began(folder)
            lock.release()
            remove_if_empty(folder)

    def check(self, folder: Path) -> None:
        """Check that `folder` is new or holds this sweep.

        Raises:
            UserError: The folder holds another sweep or something else, or its name is invalid.
        """
        check_folder_name(folder)
        if _is_new(folder):
            return
        earlier = read(folder)
        new, old = _job_overrides(self), _job_overrides(earlier)
        if new != old or self.config_dir != earlier.config_dir:
            raise UserError(
                f"{folder}: expected the sweep in this folder, "
                f"{_describe(old, earlier.config_dir)}, got {_describe(new, self.config_dir)}; "
                "choose another folder with hydra.sweep.dir"
            )
        if self.paper:
            return
        if self.names and earlier.names and self.names != earlier.names:
            new_name, old_name = _first_difference(self.names, earlier.names)
            raise UserError(
                f"{folder}: expected the {len(earlier.names)} jobs in it, for example {old_name}, "
                f"got {len(self.names)} jobs, for example {new_name}; leave out what names or "
                "orders the jobs differently, such as hydra.sweep.subdir, or choose another folder "
                "with hydra.sweep.dir"
            )

    def _write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=2) + "\n"
        try:
            (folder / STOP).unlink(missing_ok=True)
            write_atomically(folder / SWEEP, lambda path: path.write_text(text, encoding="utf-8"))
        except OSError as error:
            raise _unwritable(error, folder) from error


def read(folder: Path) -> Sweep:
    """Read the sweep in `folder`.

    Raises:
        UserError: The folder holds no sweep, or its `sweep.json` is damaged.
    """
    try:
        return Sweep(**_checked(read_json(folder / SWEEP)))
    except FileNotFoundError as error:
        raise UserError(
            f"{folder}: expected a new folder or the folder of a sweep, found one without "
            f"{SWEEP}; choose another one with hydra.sweep.dir"
        ) from error
    except (Unreadable, TypeError) as error:
        raise UserError(
            f"{folder / SWEEP}: expected what a sweep has written, got a damaged file: {error}; "
            "start the sweep in another folder"
        ) from error


def _checked(values: Any) -> dict[str, Any]:
    """`values` as they are; raises TypeError for what no sweep has written."""
    if not isinstance(values, dict):
        raise TypeError("expected a mapping")
    valid = {
        "overrides": _is_list_of_text(values.get("overrides")),
        "config_dir": isinstance(values.get("config_dir"), str | None),
        "jobs": isinstance(values.get("jobs"), int | None),
        "at_once": isinstance(values.get("at_once"), int) and values["at_once"] > 0,
        "again": isinstance(values.get("again"), bool),
        "names": values.get("names") is None or _is_list_of_text(values["names"]),
        "paper": isinstance(values.get("paper"), str | None),
    }
    invalid = [key for key, is_valid in valid.items() if not is_valid]
    unknown = sorted(set(values) - {field.name for field in fields(Sweep)})
    if invalid or unknown:
        raise TypeError(f"invalid or unknown: {', '.join(invalid + unknown)}")
    return values


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_new(folder: Path) -> bool:
    try:
        return not folder.is_dir() or all(path.name == LOCK for path in folder.iterdir())
    except OSError as error:
        raise _unwritable(error, folder) from error


def _discard_if_no_job_began(folder: Path) -> None:
    """Remove the sweep's own files from `folder` if it holds nothing else."""
    with suppress(OSError):
        if {path.name for path in folder.iterdir()} <= {SWEEP, STOP, LOCK}:
            for name in (SWEEP, STOP, LOCK):
                (folder / name).unlink(missing_ok=True)


def _unwritable(error: Exception, folder: Path) -> UserError:
    if isinstance(error, OSError):
        return unwritable_folder(error, folder)
    return UserError(f"{str(folder)!r}: expected the name of a folder: {error}; choose another one")


def _job_overrides(sweep: Sweep) -> list[str]:
    """The overrides that determine the jobs; another launcher, for example, does not."""
    kept = [f"paper={sweep.paper}"] if sweep.paper else []
    for override in sweep.overrides:
        key = override.lstrip("+~")
        if not key.startswith(("hydra.", "hydra/")) or key.startswith(_JOB_KEYS):
            kept.append(override)
    return kept


def _first_difference(one: Sequence[str], other: Sequence[str]) -> tuple[str, str]:
    pairs = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return pairs[0] if pairs else (one[-1], other[-1])


def _describe(overrides: Sequence[str], config_dir: str | None) -> str:
    text = " ".join(overrides) or "no overrides"
    return f"'{text} --config-dir {config_dir}'" if config_dir else f"'{text}'"


def quoted(text: str) -> str:
    """`text` quoted for use as the value of an override, whatever characters it has."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
