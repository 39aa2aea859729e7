"""One example of a task as a text that a person can read and check."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnexp.tasks.examples import PADDING, Examples

if TYPE_CHECKING:
    from rnnexp.tasks.task import Task

LEFT_OUT = "·"
"""Stands for a target that does not count, and for a padded timestep."""


def example_text(task: "Task", batch: Examples) -> str:
    """Return the first example of a batch, a column for each timestep.

    Inputs are one line of tokens, or a line of numbers for each feature. Targets of each timestep
    stand below the inputs; a target of the sequence stands alone.
    """
    x, y, weights, _ = (None if part is None else part[0] for part in batch)
    assert x is not None
    assert y is not None
    rows = _input_rows(task, x)
    if task.targets.per_timestep:
        counted = np.ones(len(x)) if weights is None else weights
        rows += _target_rows(task, y, counted)
        return _aligned(rows)
    return f"{_aligned(rows)}\ny  {_target(task, y)}"


def _input_rows(task: "Task", x: np.ndarray) -> list[tuple[str, list[str]]]:
    names = task.input_names
    if task.inputs.kind == "tokens":
        texts = [LEFT_OUT if task.inputs.padded and token == 0 else names[token] for token in x]
        return [("x", texts)]
    labels = names if task.inputs.size > 1 else ["x"]
    return [
        (label, [LEFT_OUT if number == PADDING else _number(number) for number in column])
        for label, column in zip(labels, x.T, strict=True)
    ]


def _target_rows(task: "Task", y: np.ndarray, counted: np.ndarray) -> list[tuple[str, list[str]]]:
    kind, names = task.targets.kind, task.target_names
    if kind == "class":
        texts = [names[c] if weight else LEFT_OUT for c, weight in zip(y, counted, strict=True)]
        return [("y", texts)]
    labels = [f"y {name}" for name in names] if task.targets.size > 1 else ["y"]
    columns = y.reshape(len(y), -1).T
    return [
        (label, [_number(v) if w else LEFT_OUT for v, w in zip(column, counted, strict=True)])
        for label, column in zip(labels, columns, strict=True)
    ]


def _target(task: "Task", y: np.ndarray) -> str:
    kind, names = task.targets.kind, task.target_names
    if kind == "class":
        return names[int(y)]
    values = np.atleast_1d(y)
    if kind == "labels":
        return " ".join(name for name, value in zip(names, values, strict=True) if value) or "none"
    return " ".join(map(_number, values))


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"


def _aligned(rows: Sequence[tuple[str, list[str]]]) -> str:
    width = max(len(text) for _, texts in rows for text in texts)
    margin = max(len(label) for label, _ in rows)
    return "\n".join(
        f"{label:<{margin}}  " + " ".join(text.ljust(width) for text in texts).rstrip()
        for label, texts in rows
    )
