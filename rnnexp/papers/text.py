"""The rows and their results as text for the terminal."""

from collections.abc import Sequence

import pandas as pd

from rnnexp.papers.comparison import HEADS, lines
from rnnexp.papers.rows import Row
from rnnexp.papers.verdict import verdict

_SHOWN = 6  # columns; the budget is on the page of results


def listing(rows: Sequence[tuple[Row, pd.DataFrame]]) -> str:
    """Return one line for each row: its name, minutes, title and verdict."""
    cells = [
        (row.name, _minutes(row), row.title, verdict(row, results).words) for row, results in rows
    ]
    return _aligned([("row", "minutes", "result", "verdict"), *cells])


def result(row: Row, results: pd.DataFrame) -> str:
    """Return what was published beside what was found, the claims and the verdict."""
    found = verdict(row, results)
    table = [HEADS[:_SHOWN], *(line.cells[:_SHOWN] for line in lines(row, results))]
    claims = [
        f"{'holds' if outcome.holds else 'fails'}    {claim.words}: {outcome.found}"
        for claim, outcome in zip(row.claims, found.outcomes, strict=bool(found.outcomes))
    ]
    head = f"{row.title}. {row.source}"
    remark = [f"remark   {row.remark}"] if row.remark else []
    return "\n".join([head, "", _aligned(table), "", *claims, f"verdict  {found.words}", *remark])


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = (zip(row, widths, strict=True) for row in rows)
    return "\n".join("  ".join(f"{text:{width}}" for text, width in row).rstrip() for row in padded)


def _minutes(row: Row) -> str:
    return "GPU" if row.is_full else "" if row.minutes is None else f"{row.minutes:g}"
