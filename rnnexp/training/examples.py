"""The examples of a task, checked against the sizes that the task says it has."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnnexp.config.errors import UserError, raised_as_user_error
from rnnexp.tasks.examples import PADDING, Examples
from rnnexp.tasks.task import CHUNK, Task


def batch(task: Task, split: str, seed: int, index: int, number: int) -> Examples:
    """Return `task.batch(split, seed, index, number)`.

    Raises:
        UserError: If the examples have other sizes than the task says, if a target is no class of
            the task, or if its data cannot be read.
    """
    try:
        drawn = task.batch(split, seed, index, number)
    except OSError as error:
        raise UserError(f"task: its data cannot be read: {error}") from error
    where = _where(task, split)
    examples = _examples(drawn, where)
    _check_sizes(task, split, examples, where)
    return examples


def chunk(task: Task, split: str, seed: int, index: int) -> Examples:
    """Return the `index`-th chunk of "validation" or "test": at most `CHUNK` examples.

    Raises:
        UserError: As `batch` does.
    """
    size = size_of(task, split)
    number = min(CHUNK, size)
    return batch(task, split, seed, index, number).rows(slice(size - index * number))


def first_chunk(task: Task, split: str, seed: int) -> Examples:
    """Return the first chunk of a split, after more checks than `batch` makes.

    Raises:
        UserError: As `batch` does, and if a number is not finite or the task raises anything.
    """
    where = _where(task, split)
    with raised_as_user_error(where):
        examples = chunk(task, split, seed, 0)
    for name, array in _arrays(examples):
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise UserError(f"{where}: expected finite numbers, got nan or infinity in {name}")
    return examples


def size_of(task: Task, split: str) -> int:
    """Return the number of examples of a split.

    Raises:
        UserError: If the data cannot be read, or there is no example.
    """
    with raised_as_user_error(f"task: {type(task).__name__}.size({split!r})"):
        try:
            size = task.size(split)
        except OSError as error:
            raise UserError(f"task: its data cannot be read: {error}") from error
    if not isinstance(size, int | np.integer) or size < 1:
        raise UserError(
            f"task: {type(task).__name__}.size({split!r}) is {size!r}, expected a whole number of "
            "at least 1"
        )
    return int(size)


def _where(task: Task, split: str) -> str:
    return f"task: {type(task).__name__}.batch({split!r})"


def _arrays(examples: Examples) -> Iterator[tuple[str, np.ndarray]]:
    for name, array in zip(Examples._fields, examples, strict=True):
        if array is not None:
            yield name, array


def _examples(drawn: Any, where: str) -> Examples:
    if not isinstance(drawn, tuple | list) or not 2 <= len(drawn) <= len(Examples._fields):
        raise UserError(f"{where}: expected Examples(x, y, …), got {type(drawn).__name__}")
    examples = Examples(*drawn)
    if examples.x is None or examples.y is None:
        raise UserError(f"{where}: expected arrays x and y, got None")
    for name, array in _arrays(examples):
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
            kind = f"{array.dtype} numbers" if isinstance(array, np.ndarray) else type(array)
            raise UserError(f"{where}: expected {name} as a NumPy array of numbers, got {kind}")
        if array.ndim == 0 or len(array) != len(examples.x):
            raise UserError(
                f"{where}: expected as many {name} as the {len(examples.x)} x, got {name} of "
                f"{array.shape}"
            )
    return examples


def _check_sizes(task: Task, split: str, examples: Examples, where: str) -> None:
    x, y, weights, slices = examples
    T, inputs, targets = task.timesteps(split), task.inputs, task.targets
    tokens = inputs.kind == "tokens"
    expected = (T,) if tokens else (T, inputs.size)
    if x.shape[1:] != expected or not len(x):
        shape = f"(N, T={T})" if tokens else f"(N, T={T}, D={inputs.size})"
        raise UserError(f"{where}: expected x of shape {shape} with N at least 1, got {x.shape}")
    if tokens:
        _check_classes(x, inputs.size, "x", "tokens", where)
    times = (T,) if targets.per_timestep else ()
    sizes = (*times,) if targets.kind == "class" else (*times, targets.size)
    if y.shape[1:] != sizes:
        raise UserError(
            f"{where}: expected y of shape {(len(x), *sizes)}, as the task has {targets}, got "
            f"{y.shape}"
        )
    if targets.kind == "class":
        _check_classes(y, targets.size, "y", "classes", where)
    if weights is not None and weights.shape != (len(x), *times):
        raise UserError(
            f"{where}: expected weights of shape {(len(x), *times)}, one for each target, got "
            f"{weights.shape} beside {targets}"
        )
    if slices is not None and (slices.ndim != 1 or slices.dtype.kind not in "iu"):
        raise UserError(
            f"{where}: expected slices as a whole number for each example, got {slices.dtype} of "
            f"{slices.shape}"
        )


def _check_classes(array: np.ndarray, size: int, name: str, kind: str, where: str) -> None:
    if array.dtype.kind not in "iu":
        raise UserError(
            f"{where}: expected {name} as whole numbers, the {kind}, got {array.dtype} of "
            f"{array.shape}"
        )
    low, high = array.min(), array.max()
    if low < 0 or high >= size:
        raise UserError(
            f"{where}: expected {kind} from 0 to {size - 1} in {name}, as the task has {size}, got "
            f"{low} to {high}"
        )


def check_padding(task: Task, examples: Examples, split: str) -> None:
    """Check that padded timesteps are at the end, and that no timestep is padded by accident.

    Raises:
        UserError: If a padded timestep is followed by one that is not, or a whole sequence is
            padding.
    """
    if not task.inputs.padded:
        return
    x = examples.x
    real = x != 0 if task.inputs.kind == "tokens" else (x != PADDING).any(axis=-1)
    wrong = (np.diff(real.astype(int), axis=1) > 0).any(axis=1) | ~real[:, 0]
    if wrong.any():
        raise UserError(
            f"{_where(task, split)}: expected padding at the end of a sequence only, got it "
            f"before other timesteps in example {int(np.argmax(wrong))}"
        )
