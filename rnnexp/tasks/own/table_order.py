"""The rows of a table in the order of time: series, gaps, and the parts of time.

A stretch is a run of rows of one series between which no row is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.windows import chronological_parts


@dataclass(frozen=True)
class Gap:
    """Two rows of a series that are too far apart: their lines, and the time between them."""

    before: int
    after: int
    time: np.timedelta64


@dataclass(frozen=True)
class Order:
    """How the rows of a table follow each other.

    Attributes:
        rows: (rows,) the rows of the table, series after series, each in the order of time.
        series: (rows,) the number of the series of each of these rows.
        stretches: (rows,) the number of the stretch of each of these rows.
        gaps: The gaps between stretches of a series.
    """

    rows: np.ndarray
    series: np.ndarray
    stretches: np.ndarray
    gaps: list[Gap]


def ordered(
    series: np.ndarray,
    times: np.ndarray | None,
    lines: np.ndarray,
    largest_gap: np.timedelta64 | None,
) -> Order:
    """Order the rows of a table.

    Args:
        series: (rows,) the number of the series that each row belongs to.
        times: (rows,) datetime64; None if the rows are in order and no row is missing.
        lines: (rows,) the line of each row, for messages.
        largest_gap: The longest time between two successive rows of a stretch; None for one and a
            half times the most frequent one.

    Raises:
        ValueError: Two rows of a series have the same time.
    """
    rows = np.argsort(series, kind="stable") if times is None else np.lexsort((times, series))
    other = np.diff(series[rows]) != 0
    breaks, gaps = other, []
    if times is not None:
        steps = np.diff(times[rows])
        _refuse_same_time(rows, steps, other, times, lines)
        if len(steps[~other]):
            limit = _usual_step(steps[~other]) if largest_gap is None else largest_gap
            too_long = ~other & (steps > limit)
            gaps = [
                Gap(int(lines[rows[i]]), int(lines[rows[i + 1]]), steps[i])
                for i in np.flatnonzero(too_long)
            ]
            breaks = other | too_long
    return Order(rows, series[rows], np.concatenate([[0], np.cumsum(breaks)]), gaps)


def parts_in_time(
    order: Order, times: np.ndarray | None, validation_share: float, test_share: float
) -> np.ndarray:
    """Return the split of each row in order, as its place in `SPLITS`.

    With times, all series are divided at the same two moments. Without, each series is divided
    into its first, middle and last rows.

    Args:
        order: The order of the rows.
        times: (rows,) in the order of the table; None if there are none.
        validation_share: The share of the rows that belongs to validation, from 0 to 1.
        test_share: The share of the rows that belongs to the test, from 0 to 1.
    """
    if times is not None:
        in_time = np.sort(times)
        parts = chronological_parts(len(times), validation_share, test_share)
        starts = [in_time[min(parts[s].start, len(times) - 1)] for s in SPLITS[1:]]
        own = times[order.rows]
        return (own >= starts[0]).astype(int) + (own >= starts[1])
    found = np.empty(len(order.rows), dtype=int)
    for number in np.unique(order.series):
        places = np.flatnonzero(order.series == number)
        parts = chronological_parts(len(places), validation_share, test_share)
        for split, part in parts.items():
            found[places[part.start : part.stop]] = SPLITS.index(split)
    return found


def ranges(order: Order, parts: np.ndarray) -> list[tuple[slice, Mapping[str, range]]]:
    """Return each stretch as places in the order, and the places of the splits within it."""
    _, starts = np.unique(order.stretches, return_index=True)
    ends = [*starts[1:], len(parts)]
    found: list[tuple[slice, Mapping[str, range]]] = []
    for start, end in zip(starts, ends, strict=True):
        bounds = np.searchsorted(parts[start:end], np.arange(len(SPLITS) + 1))
        splits = {s: range(bounds[k], bounds[k + 1]) for k, s in enumerate(SPLITS)}
        found.append((slice(start, end), splits))
    return found


def _usual_step(steps: np.ndarray) -> np.timedelta64:
    """Return one and a half times the most frequent time between two rows."""
    values, counts = np.unique(steps, return_counts=True)
    usual: np.timedelta64 = values[counts.argmax()] * 3 // 2
    return usual


def _refuse_same_time(
    rows: np.ndarray,
    steps: np.ndarray,
    other: np.ndarray,
    times: np.ndarray,
    lines: np.ndarray,
) -> None:
    same = ~other & (steps == np.timedelta64(0))
    if same.any():
        place = int(same.argmax())
        first, second = rows[place], rows[place + 1]
        raise ValueError(
            f"lines {lines[first]} and {lines[second]} have the same date "
            f"{str(times[first])[:19]}, expected one row for each date of a series: remove one of "
            "them, or name with group=… the column that tells series apart"
        )
