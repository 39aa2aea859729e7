"""Checks of the fields of a task, and of the arguments with which examples are drawn."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnexp.tasks.task import Task

SPLITS = ("train", "validation", "test")


def check_at_least(task: "Task", name: str, least: int) -> None:
    """Raises ValueError unless the field is a whole number of at least `least`."""
    value = getattr(task, name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        example = max(least, getattr(type(task), name) or least)
        _refuse(task, name, f"a whole number of at least {least}", example)


def check_each_at_least(task: "Task", name: str, least: int) -> None:
    """Raises ValueError unless the field is a list, also empty, of whole numbers >= `least`."""
    value = getattr(task, name)
    right = isinstance(value, list | tuple) and all(
        isinstance(item, int) and not isinstance(item, bool) and item >= least for item in value
    )
    if not right:
        _refuse(task, name, f"a list of whole numbers of at least {least}", f"[{least}]")


def check_at_least_or_none(task: "Task", name: str, least: int) -> None:
    """Raises ValueError unless the field is None or a whole number of at least `least`."""
    if getattr(task, name) is not None:
        check_at_least(task, name, least)


def check_between(task: "Task", name: str, low: float, high: float) -> None:
    """Raises ValueError unless the field is a number from `low` to `high`."""
    value = getattr(task, name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        _refuse(task, name, f"a number from {low:g} to {high:g}")


def check_one_of(task: "Task", name: str, choices: Collection[Any]) -> None:
    """Raises ValueError unless the field equals one of `choices` and has the same type."""
    value = getattr(task, name)
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        _refuse(task, name, f"one of {', '.join(map(repr, choices))}", next(iter(choices)))


def check_text(task: "Task", name: str, example: str) -> None:
    """Raises ValueError unless the field is a text that is not empty."""
    value = getattr(task, name)
    if not isinstance(value, str) or not value:
        _refuse(task, name, "a text", example)


def check_text_or_none(task: "Task", name: str, example: str) -> None:
    """Raises ValueError unless the field is None or a text that is not empty."""
    if getattr(task, name) is not None:
        check_text(task, name, example)


def check_drawn(split: str, **numbers: int) -> None:
    """Raises ValueError for a split that does not exist and for a negative number."""
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}, expected one of {', '.join(SPLITS)}")
    for name, value in numbers.items():
        if value < 0:
            raise ValueError(f"{name} is {value}, expected 0 or more: set for instance {name}=0")


def _refuse(task: "Task", name: str, expected: str, example: Any = None) -> None:
    example = getattr(type(task), name) if example is None else example
    example = "null" if example is None else example  # None, as a YAML file writes it
    raise ValueError(
        f"{name} of {type(task).__name__} is {getattr(task, name)!r}, expected {expected}: set for "
        f"instance {name}={example}"
    )
