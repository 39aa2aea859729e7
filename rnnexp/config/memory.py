"""The least memory that an experiment takes, held against what is free, before any is taken."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from rnnexp.config.errors import UserError
from rnnexp.config.schema import ModelConf, TrainerConf
from rnnexp.tasks.task import SPLITS, Task

_NUMBER = 4  # bytes of a float32
_CGROUP = Path("/sys/fs/cgroup")


class _Part(NamedTuple):
    """Something that has to be in memory at once: its numbers, and the keys that make it large."""

    what: str
    numbers: int
    keys: tuple[str, ...]


def check_memory(model: ModelConf, task: Task, trainer: TrainerConf) -> None:
    """Raise UserError where the least that a training of this size takes is more than is free."""
    free = available()
    for part in _parts(model, task, trainer):
        needed = part.numbers * _NUMBER
        if free is not None and needed > free:
            raise UserError(
                f"{part.keys[0]}: {part.what} take at least {_told(needed)} of memory, "
                f"{_told(free)} are free; lower {' or '.join(part.keys)}"
            )


def available() -> int | None:
    """Bytes that are free, on the machine and in its container; None where neither tells."""
    found = [_of_machine(), _of_container()]
    known = [number for number in found if number is not None]
    return min(known) if known else None


def _parts(model: ModelConf, task: Task, trainer: TrainerConf) -> list[_Part]:
    """Lower bounds: a simple recurrent layer's weights and their gradients, a batch's states."""
    units, examples = model.units, max(getattr(task, f"{s}_examples", 0) for s in SPLITS)
    step = task.features + model.depth * units
    weights = model.depth * units * units + units * (task.features + task.outputs)
    sizes = _sizes_of(task)
    return [
        _Part("the examples of one epoch", examples * task.length * task.features, sizes),
        _Part(
            "the states of one batch",
            trainer.batch_size * (task.length * step + task.outputs),
            ("trainer.batch_size", "model.units", "model.depth", *sizes),
        ),
        _Part("the weights", 2 * weights, ("model.units", "model.depth", *sizes)),
    ]


def _sizes_of(task: Task) -> tuple[str, ...]:
    """The settings of a task that are sizes, the largest first."""
    settings: dict[str, Any] = asdict(task)
    whole = {k: v for k, v in settings.items() if isinstance(v, int) and not isinstance(v, bool)}
    return tuple(f"task.{key}" for key in sorted(whole, key=whole.__getitem__, reverse=True)[:2])


def _of_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        told = dict(line.split(":", 1) for line in lines)
        return sum(int(told[name].split()[0]) * 1024 for name in ("MemAvailable", "SwapFree"))
    except (OSError, KeyError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _of_container() -> int | None:
    try:
        most = int((_CGROUP / "memory.max").read_text(encoding="ascii"))
        return max(0, most - int((_CGROUP / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):  # no such limit, or none that is told so
        return None


def _told(size: int) -> str:
    for power, unit in ((40, "TiB"), (30, "GiB"), (20, "MiB")):
        if size >= 2**power:
            most = min(size, 2**90)
            return f"{'more than ' if size > most else ''}{most / 2**power:.3g} {unit}"
    return f"{size / 2**20:.3g} MiB"
