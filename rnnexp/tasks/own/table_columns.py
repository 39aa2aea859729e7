"""The columns of a table as numbers or texts, with the line of every cell that does not fit."""

import re
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.own.table_dates import are_dates
from rnnexp.tasks.own.text_table import TextTable

MISSING = ("", "na", "n/a", "nan", "null")
"""The cells that count as missing, in lower case."""
MOST_CATEGORIES = 200
DECIMALS = (".", ",")
_GROUPED = {
    sign: re.compile(rf"[+-]?(\d{{1,3}}(\{sign}\d{{3}})+|\d+)([{'.,'.replace(sign, '')}]\d+)?")
    for sign in DECIMALS
}
"""Numbers with a sign between thousands, by the sign."""


@dataclass(frozen=True)
class Column:
    """A column of numbers or of texts.

    Attributes:
        name: Its name.
        values: (rows,) float64 with NaN, or text with "", where a cell is missing.
        lines: (rows,) the line of each cell.
    """

    name: str
    values: np.ndarray
    lines: np.ndarray

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.values.dtype.kind == "f"

    @property
    def missing(self) -> np.ndarray:
        """(rows,) bool, whether a cell is missing."""
        return np.isnan(self.values) if self.numeric else self.values == ""

    def texts(self) -> np.ndarray:
        """Return the cells as texts, for numbers as short as possible."""
        if not self.numeric:
            return self.values
        return np.array(["" if np.isnan(v) else f"{v:.15g}" for v in self.values], dtype=object)


def column(table: TextTable, name: str, setting: str, decimal: str) -> Column:
    """Return a column as numbers, if its cells are numbers, or as texts.

    Args:
        table: The table.
        name: The name of the column.
        setting: The setting that names it.
        decimal: The decimal separator of numbers, "." or ",".

    Raises:
        ValueError: There is no such column; it has no value; a cell is infinite; or a cell is no
            number although at least half of the others are.
    """
    cells, lines = table.column(name, setting), table.lines
    texts = without_missing(cells)
    there = texts != ""
    if not there.any():
        raise ValueError(f"column {name} has no value, expected some: leave it out")
    numbers = as_numbers(texts, decimal)
    readable = ~np.isnan(numbers) & there
    if 2 * readable.sum() < there.sum():
        _check_texts(texts[there], name, decimal)
        return Column(name, texts, lines)
    if not readable[there].all():
        _refuse_odd(texts, readable, lines, name, decimal)
    infinite = np.isinf(numbers)
    if infinite.any():
        row = int(infinite.argmax())
        raise ValueError(
            f"line {lines[row]}, column {name}: {cells[row]!r} is infinite, expected a number: "
            "correct it, or leave the cell empty"
        )
    return Column(name, numbers, lines)


def without_missing(cells: np.ndarray) -> np.ndarray:
    """Return the cells with "" for those that count as missing."""
    return np.array(["" if c.lower() in MISSING else c for c in cells], dtype=object)


def as_numbers(texts: np.ndarray, decimal: str) -> np.ndarray:
    """Return float64 numbers, NaN where a text is none."""
    import pandas

    other = DECIMALS[1 - DECIMALS.index(decimal)]
    plain = ["" if other in text else text.replace(decimal, ".") for text in texts]
    numbers: np.ndarray = pandas.to_numeric(
        pandas.Series(plain, dtype=object), errors="coerce"
    ).to_numpy(float)
    return numbers


def _check_texts(texts: np.ndarray, name: str, decimal: str) -> None:
    other = DECIMALS[1 - DECIMALS.index(decimal)]
    if not np.isnan(as_numbers(texts, other)).any():
        raise ValueError(
            f"column {name} has numbers such as {texts[0]!r}, expected {decimal!r} as the decimal "
            f"separator: set decimal='\"{other}\"'"
        )
    categories = sorted(set(texts))
    if are_dates(categories):
        raise ValueError(
            f"column {name} has dates such as {texts[0]!r}, expected numbers or categories: set "
            f"date={name} to order the rows by it, or leave it out with columns=[…]"
        )
    for sign, number in _GROUPED.items():
        if all(number.fullmatch(text) for text in categories):
            raise ValueError(
                f"column {name} has numbers such as {texts[0]!r} with {sign!r} between thousands, "
                "expected none: export them without, or leave the column out with columns=[…]"
            )
    if len(categories) > MOST_CATEGORIES:
        raise ValueError(
            f"column {name} has {len(categories)} different texts such as {texts[0][:40]!r}, "
            f"expected at most {MOST_CATEGORIES} categories: leave it out with columns=[…]"
        )


def _refuse_odd(
    texts: np.ndarray, readable: np.ndarray, lines: np.ndarray, name: str, decimal: str
) -> None:
    row = int(((texts != "") & ~readable).argmax())
    other = DECIMALS[1 - DECIMALS.index(decimal)]
    remedy = "correct it, or leave the cell empty"
    if not np.isnan(as_numbers(texts[[row]], other)).any():
        remedy = f"set decimal='\"{other}\"' if it is the decimal separator, or {remedy}"
    raise ValueError(
        f"line {lines[row]}, column {name}: {texts[row][:40]!r} is no number, but "
        f"{readable.sum()} other cells of the column are numbers (the decimal separator is "
        f"{decimal!r}), expected one kind: {remedy}"
    )
