"""What was published beside what was found, entry by entry, as cells of a table."""

from dataclasses import dataclass

import pandas as pd

from rnnexp.console.messages import format_score
from rnnexp.papers.entry_results import EntryResults
from rnnexp.papers.rows import Row
from rnnexp.report.aggregate.intervals import mean_interval, steps_until_half

NOTHING = "–"
"""What stands in a cell that has no value."""

HEADS = (
    "entry",
    "published",
    "ours, mean [95 %]",
    "solved",
    "steps to solve",
    "runs",
    "steps",
    "batch",
    "parameters",
    "s/run",
)
"""The heads of the columns of `cells`."""


@dataclass(frozen=True)
class Line:
    """The results of an entry, written out.

    Attributes:
        cells: A text for each of `HEADS`.
    """

    cells: tuple[str, ...]


def lines(row: Row, results: pd.DataFrame) -> list[Line]:
    """Return a line for each entry of a row, whether it was run or not."""
    known = EntryResults.by_entry(results)
    return [
        Line((name, entry.published or NOTHING, *_ours(known.get(name))))
        for name, entry in row.entries.items()
    ]


def _ours(results: EntryResults | None) -> tuple[str, ...]:
    if results is None:
        return (NOTHING,) * (len(HEADS) - 2)
    solved = NOTHING if results.threshold is None else f"{results.n_solved} of {results.n}"
    return (
        _score(results),
        solved,
        _steps_to_solve(results),
        _runs(results),
        _count(results.median("steps")),
        _count(results.median("batch_size")),
        _count(results.median("parameters")),
        _count(results.median("seconds")),
    )


def _score(results: EntryResults) -> str:
    if not results.scores:
        return NOTHING
    lowest, highest = (0.0, 1.0) if "accuracy" in results.metric else (0.0, float("inf"))
    mean, low, high = mean_interval(results.scores, lowest, highest)
    text = format_score(mean, results.metric)
    if low != low:
        return text
    return f"{text} [{format_score(low, results.metric)}, {format_score(high, results.metric)}]"


def _steps_to_solve(results: EntryResults) -> str:
    steps = steps_until_half(results.steps_to_solve)
    return _count(steps) if steps < float("inf") else NOTHING


def _runs(results: EntryResults) -> str:
    failed = results.n - len(results.scores)
    return f"{results.n}, {failed} failed" if failed else str(results.n)


def _count(number: float) -> str:
    return NOTHING if pd.isna(number) else f"{number:,.0f}".replace(",", " ")
