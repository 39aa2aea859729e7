"""A sweep's folder: what was asked of it, told to its jobs and to whoever comes to continue it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rnnexp.config.errors import UserError
from rnnexp.files.reading import Unreadable, json_of
from rnnexp.runs.folder import SWEEP, check_name, discard_empty, unwritable, write
from rnnexp.runs.links import refuse_links_of_jobs

STOP = ".stop"
LOCK = ".lock"
# The values of Hydra's own that say which jobs there are; any other may change from start to start.
_HYDRAS = ("hydra/sweeper", "hydra.sweeper.params", "hydra.searchpath")


@dataclass(frozen=True)
class Sweep:
    """What a sweep's jobs, in whatever process they are, have to know of it.

    overrides: the command line's, as it is to be said again to continue. jobs: how many there are,
    None where a sweeper draws them without end in sight. at_once: how many of them share this
    machine. again: whether those that failed are to run once more. names: of the jobs' folders,
    None where they are not known beforehand.
    """

    overrides: list[str]
    config_dir: str | None
    jobs: int | None
    at_once: int
    again: bool
    names: list[str] | None = None

    @contextmanager
    def claimed(self, folder: Path) -> Iterator[None]:
        """Have `folder` for this sweep, new or to be continued, inside the block.

        Raises UserError where another process is at it, where it holds anything else, or where it
        cannot be made. What was made for a sweep of which no job began is removed.
        """
        refuse_links_of_jobs(folder)
        lock = FileLock(folder / LOCK)
        try:
            fresh = not folder.exists() or not any(folder.iterdir())
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise UserError(
                f"{folder}: another process trains in this folder; wait for it, or name "
                "another one with hydra.sweep.dir"
            ) from error
        except (OSError, ValueError) as error:
            raise _unwritable(error, folder) from error
        try:
            # Only now can no other sweep or run come between the look and the first file.
            self.check(folder)
            self._write(folder)
            yield
        finally:
            if fresh:
                _discard_unbegun(folder)
            lock.release()
            discard_empty(folder)

    def check(self, folder: Path) -> None:
        """Raise UserError where `folder` holds anything but this sweep, or cannot be its name."""
        check_name(folder)
        if _is_new(folder):
            return
        found = read(folder)
        asked, before = _own(self.overrides), _own(found.overrides)
        if asked != before or self.config_dir != found.config_dir:
            raise UserError(
                f"{folder}: expected the sweep that is in it, {_told(before, found.config_dir)}, "
                f"got {_told(asked, self.config_dir)}; name another folder with hydra.sweep.dir"
            )
        if self.names and found.names and self.names != found.names:
            one, other = _first_difference(self.names, found.names)
            raise UserError(
                f"{folder}: expected its {len(found.names)} jobs, with {other} among them, got "
                f"{len(self.names)} jobs, with {one} among them; leave out what names or lists the "
                "jobs in another way, such as hydra.sweep.subdir, or name another folder with "
                "hydra.sweep.dir"
            )

    def _write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=2) + "\n"
        try:
            (folder / STOP).unlink(missing_ok=True)
            write(folder / SWEEP, lambda path: path.write_text(text, encoding="utf-8"))
        except OSError as error:
            raise _unwritable(error, folder) from error


def read(folder: Path) -> Sweep:
    """The sweep that `folder` was claimed for; raises UserError where it was not."""
    try:
        found = json_of(folder / SWEEP)
        return Sweep(**_checked(found))
    except FileNotFoundError as error:
        raise UserError(
            f"{folder}: expected a new folder or that of a sweep, found one without {SWEEP}; "
            "name another one with hydra.sweep.dir"
        ) from error
    except (Unreadable, TypeError) as error:
        raise UserError(
            f"{folder / SWEEP}: expected what a sweep has written, got a damaged file: {error}"
        ) from error


def _checked(found: Any) -> dict[str, Any]:
    """`found`, or TypeError for what no sweep has written."""
    if not isinstance(found, dict):
        raise TypeError("expected a mapping")
    kinds = {
        "overrides": _is_texts(found.get("overrides")),
        "config_dir": isinstance(found.get("config_dir"), str | None),
        "jobs": isinstance(found.get("jobs"), int | None),
        "at_once": isinstance(found.get("at_once"), int) and found["at_once"] > 0,
        "again": isinstance(found.get("again"), bool),
        "names": found.get("names") is None or _is_texts(found["names"]),
    }
    wrong = [key for key, right in kinds.items() if not right]
    wrong += sorted(set(found) - {field.name for field in fields(Sweep)})
    if wrong:
        raise TypeError(f"{', '.join(wrong)} cannot be right")
    return found


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_new(folder: Path) -> bool:
    try:
        return not folder.is_dir() or all(path.name == LOCK for path in folder.iterdir())
    except OSError as error:
        raise _unwritable(error, folder) from error


def _discard_unbegun(folder: Path) -> None:
    """Remove a sweep's own files from `folder` where there is nothing else in it."""
    with suppress(OSError):
        if {path.name for path in folder.iterdir()} <= {SWEEP, STOP, LOCK}:
            for name in (SWEEP, STOP, LOCK):
                (folder / name).unlink(missing_ok=True)


def _unwritable(error: Exception, folder: Path) -> UserError:
    if isinstance(error, OSError):
        return unwritable(error, folder)
    return UserError(f"{str(folder)!r}: expected the name of a folder: {error}")


def _own(overrides: Sequence[str]) -> list[str]:
    """The overrides that say what is trained; another launcher may well continue a sweep."""
    own = []
    for override in overrides:
        key = override.lstrip("+~")
        if not key.startswith(("hydra.", "hydra/")) or key.startswith(_HYDRAS):
            own.append(override)
    return own


def _first_difference(one: Sequence[str], other: Sequence[str]) -> tuple[str, str]:
    pairs = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return pairs[0] if pairs else (one[-1], other[-1])


def _told(overrides: Sequence[str], config_dir: str | None) -> str:
    told = " ".join(overrides) or "no overrides"
    return f"'{told} --config-dir {config_dir}'" if config_dir else f"'{told}'"


def quoted(text: str) -> str:
    """`text` as the value of an override, whatever signs are in it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
