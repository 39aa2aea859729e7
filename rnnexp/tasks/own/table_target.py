"""The target column of a table."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.examples import Targets
from rnnexp.tasks.own.table_columns import Column
from rnnexp.tasks.own.table_examples import Places
from rnnexp.tasks.windows import scaled

TARGET_KINDS = ("auto", "class", "numbers")


@dataclass(frozen=True)
class Target:
    """The target of each row, and what it is.

    Attributes:
        targets: The kind and the size.
        names: The names of the classes, or of the number.
        values: (rows,) int32 classes or (rows, 1) float32 numbers.
    """

    targets: Targets
    names: list[str]
    values: np.ndarray


def target_of(column: Column, kind: str, places: Places, training: np.ndarray) -> Target:
    """Return the targets of all rows.

    Args:
        column: The target column.
        kind: "class" or "numbers", or "auto": texts are classes and numbers are numbers.
        places: Where the examples are.
        training: (rows,) bool, the rows that decide the scale.

    Raises:
        ValueError: A target is a class that no training example has; there is one class only; or
            texts are to be numbers.
    """
    found = _kind(column, kind)
    if found == "numbers":
        values = scaled(column.values[:, np.newaxis], np.flatnonzero(training))
        return Target(Targets("numbers", 1), [column.name], values)
    texts = column.texts()
    classes = _classes(column, places.of_targets(len(texts), SPLITS[:1]))
    unseen = places.of_targets(len(texts)) & ~np.isin(texts, classes)
    if unseen.any():
        row = int(unseen.argmax())
        raise ValueError(
            f"line {column.lines[row]}, column {column.name}: {texts[row]!r} is a class that no "
            f"training example has, expected one of {', '.join(classes[:8])}: add such rows to "
            "the training data, leave this row out, or set other shares of validation and test"
        )
    numbers = {text: number for number, text in enumerate(classes)}
    values = np.array([numbers.get(text, 0) for text in texts], dtype=np.int32)
    return Target(Targets("class", len(classes)), classes, values)


def _kind(column: Column, kind: str) -> Literal["class", "numbers"]:
    if kind == "numbers" and not column.numeric:
        raise ValueError(
            f"line {column.lines[0]}, column {column.name}: {column.values[0]!r} is no number, "
            "expected numbers as the target: set target_kind=class"
        )
    return "numbers" if column.numeric and kind != "class" else "class"


def _classes(column: Column, training: np.ndarray) -> list[str]:
    if column.numeric:
        values = np.unique(column.values[training])
        classes = [f"{value:.15g}" for value in values]
    else:
        classes = sorted(set(column.values[training]))
    if len(classes) < 2:
        raise ValueError(
            f"column {column.name} has the one class {', '.join(classes)} in the training data, "
            "expected at least two: add rows of another class, or choose another target"
        )
    return classes
