"""The examples of a task, checked against the sizes that the task says it has."""

from typing import Any

import numpy as np

from rnnexp.config.errors import UserError, raised_as_user_error
from rnnexp.tasks.task import Task

Examples = tuple[np.ndarray, np.ndarray]


def examples(task: Task, split: str, seed: int, epoch: int = 0) -> Examples:
    """Return `task.examples(split, seed, epoch)`: x of (N, T, D) and y of (N, …).

    Raises:
        UserError: If they have other sizes than the task says, if a y is no class of the task, or
            if its data cannot be read.
    """
    try:
        drawn = task.examples(split, seed, epoch)
    except OSError as error:
        raise UserError(f"task: its data cannot be read: {error}") from error
    where = _where(task, split)
    x, y = _pair(drawn, where)
    _check_sizes(task, x, y, where)
    return x, y


def first_examples(task: Task, split: str, seed: int) -> Examples:
    """Return the examples of the first epoch, after more checks than `examples` makes.

    Raises:
        UserError: As `examples` does, and if a number is not finite or the task raises anything.
    """
    where = _where(task, split)
    with raised_as_user_error(where):
        x, y = examples(task, split, seed)
    for name, array in (("x", x), ("y", y)):
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise UserError(f"{where}: expected finite numbers, got nan or infinity in {name}")
    return x, y


def _where(task: Task, split: str) -> str:
    return f"task: {type(task).__name__}.examples({split!r})"


def _pair(drawn: Any, where: str) -> Examples:
    if not isinstance(drawn, tuple | list) or len(drawn) != 2:
        raise UserError(f"{where}: expected a pair of arrays (x, y), got {type(drawn).__name__}")
    for name, array in zip("xy", drawn, strict=True):
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
            kind = f"{array.dtype} numbers" if isinstance(array, np.ndarray) else type(array)
            raise UserError(f"{where}: expected {name} as a NumPy array of numbers, got {kind}")
    return drawn[0], drawn[1]


def _check_sizes(task: Task, x: np.ndarray, y: np.ndarray, where: str) -> None:
    expected = (task.length, task.features)
    if x.ndim != 3 or x.shape[1:] != expected or not len(x):
        raise UserError(
            f"{where}: expected x of shape (N, T={expected[0]}, D={expected[1]}) with N at least "
            f"1, got {x.shape}"
        )
    if y.ndim == 0 or len(y) != len(x):
        raise UserError(f"{where}: expected as many y as the {len(x)} x, got y of {y.shape}")
    if task.loss.startswith("sparse_"):
        _check_classes(task, y, where)
    elif y.shape not in ((len(x), task.outputs), *([(len(x),)] if task.outputs == 1 else [])):
        raise UserError(
            f"{where}: expected y of shape ({len(x)}, {task.outputs}), as the task has "
            f"{task.outputs} outputs, got {y.shape}"
        )


def _check_classes(task: Task, y: np.ndarray, where: str) -> None:
    if y.dtype.kind not in "iu" or y.shape not in ((len(y),), (len(y), 1)):
        raise UserError(
            f"{where}: expected y as {len(y)} whole numbers, the classes, got {y.dtype} of "
            f"{y.shape}"
        )
    if y.min() < 0 or y.max() >= task.outputs:
        raise UserError(
            f"{where}: expected classes from 0 to {task.outputs - 1}, as the task has "
            f"{task.outputs} outputs, got {y.min()} to {y.max()}"
        )
