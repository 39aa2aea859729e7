"""Every task there is, and what the laws draw from it."""

import importlib
import inspect
import pkgutil
from functools import cache

import numpy as np
import pytest

import rnnexp.tasks
from rnnexp.tasks import Examples, Generated, Stored, Task

NUMBER = 32


def every_task() -> list[type[Task]]:
    """Every concrete subclass of Task defined anywhere in the package, exported or not."""
    for module in pkgutil.walk_packages(rnnexp.tasks.__path__, "rnnexp.tasks."):
        importlib.import_module(module.name)

    def below(parent: type[Task]) -> list[type[Task]]:
        return [c for child in parent.__subclasses__() for c in (child, *below(child))]

    ours = (c for c in set(below(Task)) if c.__module__.startswith("rnnexp.tasks"))
    return sorted((c for c in ours if not inspect.isabstract(c)), key=lambda c: c.__name__)


TASKS = every_task()
# A task that needs a file or a download has tests of its own, with a small file.
AT_HAND = [task for task in TASKS if not task.needs]
EVERY_TASK = pytest.mark.parametrize("task_class", AT_HAND)
EVERY_GENERATED = pytest.mark.parametrize(
    "task_class", [task for task in AT_HAND if issubclass(task, Generated)]
)
EVERY_STORED = pytest.mark.parametrize(
    "task_class", [task for task in AT_HAND if issubclass(task, Stored)]
)


@cache
def drawn(task_class: type[Task], split: str, seed: int = 0, index: int = 0) -> Examples:
    """A batch of the task with its default settings."""
    return task_class().batch(split, seed, index, NUMBER)


def same(one: Examples, other: Examples) -> bool:
    """Whether both have the same arrays, and leave out the same ones."""
    return all(
        a is b if a is None or b is None else np.array_equal(a, b)
        for a, b in zip(one, other, strict=True)
    )
