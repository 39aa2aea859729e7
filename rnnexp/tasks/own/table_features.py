"""The columns of a table as the numbers that a model reads."""

from collections.abc import Collection, Sequence

import numpy as np

from rnnexp.tasks.own.table_columns import Column
from rnnexp.tasks.windows import scaled

MISSING_RULES = ("refuse", "skip", "previous")


def refuse_missing(columns: Collection[Column]) -> None:
    """Raise ValueError for the first missing cell."""
    gone = [(int(c.missing.argmax()), c) for c in columns if c.missing.any()]
    if gone:
        row, first = min(gone, key=lambda found: found[0])
        others = sum(int(c.missing.sum()) for c in columns) - 1
        more = f" (and {others} more)" if others else ""
        raise ValueError(
            f"line {first.lines[row]}, column {first.name}: the cell is empty"
            f"{more}, expected a value: fill it in, or set missing=skip to leave out "
            "what would contain it, or missing=previous to repeat the value before it"
        )


def filled(column: Column, stretches: np.ndarray) -> Column:
    """Return the column with the value before in place of each missing cell.

    Args:
        column: The column, in the order of time.
        stretches: (rows,) the stretch of each row. What is missing at its start stays missing.
    """
    import pandas

    values = pandas.Series(column.values).where(~column.missing)
    repeated = values.groupby(stretches).ffill()
    if not column.numeric:
        repeated = repeated.astype(object).where(repeated.notna(), "")
    return Column(column.name, repeated.to_numpy(column.values.dtype), column.lines)


def features(columns: Sequence[Column], training: np.ndarray) -> tuple[np.ndarray, Sequence[str]]:
    """Return what a model reads of each row.

    Args:
        columns: The columns in the order of time.
        training: (rows,) bool, the rows that decide the scale and the categories.

    Returns:
        The numbers (rows, D) float32 and their names. A column of numbers has mean 0 and variance 1
        in the training rows. A column of texts becomes one number for each category of the training
        rows, 1 for the category of the row and 0 for the others. A category that only other rows
        have is 0 everywhere.
    """
    parts, names = [], []
    for column in columns:
        if column.numeric:
            parts.append(scaled(column.values[:, np.newaxis], np.flatnonzero(training)))
            names.append(column.name)
        else:
            known = np.unique(column.values[training & ~column.missing])
            parts.append(column.values[:, np.newaxis] == known)
            names += [f"{column.name}={category}" for category in known]
    return np.concatenate(parts, axis=1).astype(np.float32), names
