"""Sequences that a program gives: arrays, or elements one after another or in batches."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from rnnexp.tasks.own.array_parts import parts
from rnnexp.tasks.own.raw import Raw, checked

_MEND = "give (x, y) or (x, y, weights)"


def raw_of(data: Any, split: str, batched: bool | None) -> Raw:
    """Return the checked arrays of one split.

    Args:
        data: A `tf.data.Dataset`, or any iterable, of elements (x, y) or (x, y, weights); a tuple
            (x, y) or (x, y, weights) of arrays; or a mapping with the names of `Arrays`.
        split: The name of the split, for messages.
        batched: Whether elements are batches. None: to be decided from their shapes.

    Raises:
        TypeError: `data` is nothing of that.
        ValueError: The data do not fit; the text says where. Or they have no end.
    """

    def called(name: str) -> str:
        return f"{split} {name}"

    if isinstance(data, Mapping):
        return parts({k: np.asarray(v) for k, v in data.items()}, called)["train"]
    if isinstance(data, tuple) and len(data) in (2, 3) and hasattr(data[0], "shape"):
        x, y, *weights = (np.asarray(array) for array in data)
        return checked(Raw(x, y, None, weights[0] if weights else None, called))
    if isinstance(data, tuple) and len(data) in (2, 3):
        data = zip(*data, strict=True)
    sequences = list(_limited(_sequences(_elements(data, split), split, batched), split))
    if not sequences:
        raise ValueError(f"{split} has no element, expected at least one: {_MEND}")
    return checked(_stacked(sequences, called))


def _elements(data: Any, split: str) -> Iterator[tuple[np.ndarray, ...]]:
    if hasattr(data, "cardinality") and int(data.cardinality()) == -1:
        raise ValueError(
            f"{split} is an infinite dataset, expected one with an end: leave out .repeat(), or "
            "add .take(n)"
        )
    if hasattr(data, "as_numpy_iterator"):
        data = data.as_numpy_iterator()
    if not isinstance(data, Iterable) or isinstance(data, str | bytes | Mapping):
        raise TypeError(
            f"{split} is of type {type(data).__name__}, expected a tf.data.Dataset, an iterable of "
            f"(x, y), or arrays: {_MEND}"
        )
    for number, element in enumerate(data):
        if not isinstance(element, tuple | list) or len(element) not in (2, 3):
            raise ValueError(
                f"{split}: element {number} is of type {type(element).__name__}, expected a tuple: "
                f"{_MEND}"
            )
        yield tuple(element)


def _sequences(
    elements: Iterable[tuple[Any, ...]], split: str, batched: bool | None
) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield the sequences one by one, each with its target and perhaps its weight."""
    for element in elements:
        if _is_ragged(element[0]):
            yield from zip(*map(_rows, element), strict=True)
            continue
        arrays = tuple(np.asarray(part) for part in element)
        if batched is None:
            batched = _is_batched(arrays[0], arrays[1], split)
        if batched:
            yield from zip(*arrays, strict=True)
        else:
            yield arrays


def _is_ragged(part: Any) -> bool:
    """Return whether a part is a ragged batch, as TensorFlow gives it or as an array of arrays."""
    return hasattr(part, "row_splits") or getattr(part, "dtype", None) == np.dtype("O")


def _rows(part: Any) -> list[np.ndarray]:
    """Return the rows of a batch, which may be ragged."""
    if not hasattr(part, "row_splits"):
        return [np.asarray(row) for row in part]
    return np.split(np.asarray(part.values), np.asarray(part.row_splits)[1:-1])


def _is_batched(x: np.ndarray, y: np.ndarray, split: str) -> bool:
    if x.ndim == 1 or y.ndim == 0 or (x.ndim == 2 and len(y) != len(x)):
        return False
    if x.ndim == 3:
        return True
    raise ValueError(
        f"{split}: an element has x of shape {x.shape} and y of {y.shape}, which may be a batch or "
        "one sequence with a target for each timestep, expected to know: set batched=True or "
        "batched=False"
    )


def _limited(
    sequences: Iterator[tuple[np.ndarray, ...]], split: str
) -> Iterator[tuple[np.ndarray, ...]]:
    """Refuse what would not fit into memory, such as an iterator without an end."""
    most = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4
    size = 0
    for sequence in sequences:
        size += sum(part.nbytes + 100 for part in sequence)
        if size > most:
            raise ValueError(
                f"{split} has more than {most / 2**30:.3g} GiB, a quarter of the memory, or has no "
                "end, expected less: add .take(n)"
            )
        yield sequence


def _stacked(sequences: list[tuple[np.ndarray, ...]], called: Any) -> Raw:
    columns = list(zip(*sequences, strict=True))
    _check_alike(columns[0], called("x"))
    lengths = np.array([len(x) for x in columns[0]])
    if (lengths == lengths[0]).all():
        for column, name in zip(columns, ("x", "y", "weights"), strict=False):
            _check_same_shape(column, called(name))
        x, y, *weights = (np.stack(column) for column in columns)
        return Raw(x, y, None, weights[0] if weights else None, called)
    x, y, *weights = (_padded(column, lengths, called) for column in columns)
    return Raw(x, y, lengths, weights[0] if weights else None, called)


def _padded(column: tuple[np.ndarray, ...], lengths: np.ndarray, called: Any) -> np.ndarray:
    """Return rows of different lengths padded with 0; those of one length as they are."""
    timed = all(part.ndim and len(part) == t for part, t in zip(column, lengths, strict=True))
    if not timed:
        _check_same_shape(column, called("y"))
        return np.stack(column)
    _check_alike(column, called("x or y"))
    rows = np.zeros((len(column), lengths.max(), *column[0].shape[1:]), dtype=column[0].dtype)
    for row, part in zip(rows, column, strict=True):
        row[: len(part)] = part
    return rows


def _check_alike(column: tuple[np.ndarray, ...], name: str) -> None:
    for row, part in enumerate(column):
        if part.ndim not in (1, 2) or part.shape[1:] != column[0].shape[1:] or not len(part):
            raise ValueError(
                f"{name}[{row}] is of shape {part.shape} beside {column[0].shape} of {name}[0], "
                "expected (T, D) numbers or (T,) tokens, with at least one timestep and the same D"
            )


def _check_same_shape(column: tuple[np.ndarray, ...], name: str) -> None:
    for row, part in enumerate(column):
        if part.shape != column[0].shape:
            raise ValueError(
                f"{name}[{row}] is of shape {part.shape} beside {column[0].shape} of {name}[0], "
                "expected the same shape, or one for each timestep of x"
            )
