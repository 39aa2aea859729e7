"""A lower bound of the memory that an experiment takes, compared with what is free."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from rnnexp.config.errors import UserError
from rnnexp.config.schema import ModelConf, TrainerConf
from rnnexp.tasks.task import Task

_BYTES = 4  # of a float32
_CGROUP = Path("/sys/fs/cgroup")


class _Array(NamedTuple):
    """Numbers that are in memory at once, and the keys of the config that make them many."""

    name: str
    size: int
    keys: tuple[str, ...]


def check_memory(model: ModelConf, task: Task, trainer: TrainerConf) -> None:
    """Refuse an experiment that cannot fit into the free memory.

    Args:
        model: Its units and layers.
        task: Its examples, timesteps and features.
        trainer: Its batch size.

    Raises:
        UserError: If the least that a training of this size takes is more than is free.
    """
    free = available_memory()
    for array in _arrays(model, task, trainer):
        needed = array.size * _BYTES
        if free is not None and needed > free:
            raise UserError(
                f"{array.keys[0]}: {array.name} take at least {_format_bytes(needed)} of memory, "
                f"{_format_bytes(free)} are free; lower {' or '.join(array.keys)}"
            )


def available_memory() -> int | None:
    """Return the free memory of the machine and its container in bytes; None if unknown."""
    known = [size for size in (_free_on_machine(), _free_in_container()) if size is not None]
    return min(known, default=None)


def _arrays(model: ModelConf, task: Task, trainer: TrainerConf) -> list[_Array]:
    """Return lower bounds: a simple recurrent layer's weights and gradients, a batch's states."""
    units, T = _least_units(model), task.timesteps("train")
    features, outputs = task.inputs.size, task.targets.size
    read = features if task.inputs.kind == "numbers" else 1
    weights = model.depth * units * units + units * (features + outputs)
    sizes = _largest_settings(task)
    return [
        _Array(
            "the examples of one batch",
            trainer.batch_size * T * read,
            ("trainer.batch_size", *sizes),
        ),
        _Array(
            "the states of one batch",
            trainer.batch_size * (T * model.depth * units + outputs),
            ("trainer.batch_size", "model.units", "model.depth", *sizes),
        ),
        _Array("the weights", 2 * weights, ("model.units", "model.depth", *sizes)),
    ]


def _least_units(model: ModelConf) -> int:
    """Return `model.units`, or 1 where the units follow from another number."""
    return model.units if model.parameters is None and model.state is None else 1


def _largest_settings(task: Task) -> tuple[str, ...]:
    """Return the keys of the two largest whole numbers of a task, the largest first."""
    settings: dict[str, Any] = asdict(task)
    whole = {k: v for k, v in settings.items() if isinstance(v, int) and not isinstance(v, bool)}
    return tuple(f"task.{key}" for key in sorted(whole, key=whole.__getitem__, reverse=True)[:2])


def _free_on_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        sizes = dict(line.split(":", 1) for line in lines)
        return sum(int(sizes[name].split()[0]) * 1024 for name in ("MemAvailable", "SwapFree"))
    except (OSError, KeyError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _free_in_container() -> int | None:
    try:
        limit = int((_CGROUP / "memory.max").read_text(encoding="ascii"))
        return max(0, limit - int((_CGROUP / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):  # there is no such file, or it says "max"
        return None


def _format_bytes(size: int) -> str:
    for power, unit in ((40, "TiB"), (30, "GiB"), (20, "MiB")):
        if size >= 2**power:
            shown = min(size, 2**90)
            return f"{'more than ' if size > shown else ''}{shown / 2**power:.3g} {unit}"
    return f"{size / 2**20:.3g} MiB"
