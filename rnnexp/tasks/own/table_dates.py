"""The dates in a column of a table."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnexp.tasks.own.text_table import TextTable

_FORMS = ("ISO8601", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")


def dates(table: TextTable, name: str, form: str | None) -> np.ndarray:
    """Return a column of dates, (rows,) datetime64[ns] in UTC.

    Args:
        table: The table.
        name: The name of the column.
        form: How a date is written, as in `datetime.strptime`, such as "%d.%m.%Y %H:%M". None
            for ISO 8601, as in 2020-12-31 23:59, and for day.month.year.

    Raises:
        ValueError: A cell is no such date, or is missing.
    """
    import pandas

    cells = pandas.Series(table.column(name, "date"), dtype=object)
    found = _parsed(cells, form)
    bad = found.isna().to_numpy()
    if bad.any():
        row = int(bad.argmax())
        expected = f"as {form}" if form else "as 2020-12-31, 2020-12-31 23:59 or 31.12.2020"
        raise ValueError(
            f"line {table.lines[row]}, column {name}: {cells[row][:40]!r} is no date, expected one "
            f"{expected}: correct it, or say how dates are written, for instance with "
            "date_format='%m/%d/%Y'"
        )
    utc: np.ndarray = found.dt.tz_localize(None).to_numpy("datetime64[ns]")
    return utc


def are_dates(texts: Sequence[str]) -> bool:
    """Return whether all texts are dates in the forms that need no `date_format`."""
    return bool(_parsed(texts, None).notna().all())


def _parsed(cells: Any, form: str | None) -> Any:
    """Return a pandas series of dates in UTC, NaT where a cell is none."""
    import pandas

    cells = pandas.Series(cells, dtype=object)
    if form:
        return pandas.to_datetime(cells, format=form, errors="coerce", utc=True)
    tried = (pandas.to_datetime(cells, format=f, errors="coerce", utc=True) for f in _FORMS)
    return max(tried, key=lambda found: found.notna().sum())
