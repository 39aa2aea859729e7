"""A sweep's folder: what was asked of it, told to its jobs and to whoever comes to continue it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import unwritable, write

SWEEP = "sweep.json"
STOP = ".stop"
LOCK = ".lock"


@dataclass(frozen=True)
class Sweep:
    """What a sweep's jobs, in whatever process they are, have to know of it.

    overrides: the command line's, as it is to be said again to continue. jobs: how many there are,
    None where a sweeper draws them without end in sight. at_once: how many of them share this
    machine. again: whether those that failed are to run once more.
    """

    overrides: list[str]
    config_dir: str | None
    jobs: int | None
    at_once: int
    again: bool

    @contextmanager
    def claimed(self, folder: Path) -> Iterator[None]:
        """Have `folder` for this sweep, new or to be continued, inside the block.

        Raises UserError where another process is at it, or it cannot be made.
        """
        lock = FileLock(folder / LOCK)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
            (folder / STOP).unlink(missing_ok=True)
        except Timeout as error:
            raise UserError(
                f"{folder}: another process runs the sweep in this folder; wait for it, or name "
                "another one with hydra.sweep.dir"
            ) from error
        except OSError as error:
            raise unwritable(error, folder) from error
        text = json.dumps(asdict(self), indent=2) + "\n"
        try:
            write(folder / SWEEP, lambda path: path.write_text(text, encoding="utf-8"))
            yield
        finally:
            lock.release()


def read(folder: Path) -> Sweep:
    """The sweep that `folder` was claimed for; raises UserError where it was not."""
    try:
        return Sweep(**json.loads((folder / SWEEP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{folder}: expected the folder of a sweep, with its {SWEEP}") from error


def refuse_other(folder: Path, overrides: Sequence[str], config_dir: str | None) -> None:
    """Raise UserError where `folder` holds anything but the sweep that `overrides` asks for."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    found = read(folder)
    asked, before = _own(overrides), _own(found.overrides)
    if asked != before or config_dir != found.config_dir:
        raise UserError(
            f"{folder}: expected the sweep that is in it, {_told(before, found.config_dir)}, "
            f"got {_told(asked, config_dir)}; name another folder with hydra.sweep.dir"
        )


def _own(overrides: Sequence[str]) -> list[str]:
    """The overrides that say what is trained; another launcher may well continue a sweep."""
    return [o for o in overrides if not o.lstrip("+~").startswith(("hydra.", "hydra/"))]


def _told(overrides: Sequence[str], config_dir: str | None) -> str:
    told = " ".join(overrides) or "no overrides"
    return f"'{told} --config-dir {config_dir}'" if config_dir else f"'{told}'"


def quoted(text: str) -> str:
    """`text` as the value of an override, whatever signs are in it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
