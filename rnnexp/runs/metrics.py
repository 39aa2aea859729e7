"""The table metrics.csv, with a row of numbers for every validation."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnexp.files.atomic import write_text
from rnnexp.files.reading import Unreadable, read_text
from rnnexp.runs.folder import METRICS


def read_metrics(folder: Path) -> list[dict[str, str]]:
    """Return the rows of metrics.csv as text, in which every value was checked to be a number.

    Returns:
        A mapping from column to value for every row; no row if there is no file.

    Raises:
        Unreadable: If the file is no such table, or cannot be read.
    """
    try:
        text = read_text(folder / METRICS)
    except FileNotFoundError:
        return []
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        for number, row in enumerate(rows, start=1):
            _check_row(number, header, row)
    except (ValueError, csv.Error) as error:
        raise Unreadable(str(error)) from error
    return [dict(zip(header, row, strict=True)) for row in rows]


def _check_row(number: int, header: list[str], row: list[str]) -> None:
    if len(row) != len(header) or not {"epoch", "step"} <= {*header}:
        raise ValueError(f"row {number} has {len(row)} values of {len(header)} columns")
    for name, value in zip(header, row, strict=True):
        try:
            int(value) if name == "step" else float(value)
        except ValueError as error:
            raise ValueError(
                f"row {number} has {name}={value[:40]!r}, which is no number"
            ) from error


def write_metrics(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows`, which all have the same keys, as CSV with a header."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write_text(folder / METRICS, text.getvalue())
