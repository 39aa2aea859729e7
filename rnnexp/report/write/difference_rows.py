"""The rows of the page's table of differences: which group is better than which."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from rnnexp.report.aggregate.differences import MIN_SEEDS, SCORE, Difference
from rnnexp.report.aggregate.group_statistics import score
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.metrics import higher_is_better, is_share
from rnnexp.report.text import plain
from rnnexp.report.write.number_format import UNKNOWN, format_number

_MAX_ROWS = 30


def difference_rows(section: Section, found: Sequence[Difference]) -> dict[str, Any]:
    """The rows to show, and sentences on what they are.

    With more than `_MAX_ROWS` pairs, those with the best group are shown.
    """
    shown = found
    if len(found) > _MAX_ROWS:
        best = _best(section)
        shown = [one for one in found if best in (one.first, one.second)][:_MAX_ROWS]
    return {
        "rows": [_row(section, one) for one in shown],
        "has_places": any(one.place for one in shown),
        "left_out": f"Shown are {len(shown)} of {len(found)} pairs, those with the best group; "
        "differences.csv has all."
        if len(shown) < len(found)
        else "",
        "note": _note(found),
    }


def _row(section: Section, found: Difference) -> dict[str, str]:
    as_points = found.quantity == SCORE and is_share(section.metric)
    write = _points if as_points else format_number
    seeds = f"{found.seeds}, {'paired' if found.paired else 'not paired'}"
    return {
        "place": found.place,
        "first": found.names[0],
        "second": found.names[1],
        "quantity": found.quantity,
        "difference": write(found.value.middle) + " points" * as_points,
        "interval": _interval(found.value, write),
        "seeds": seeds,
        "verdict": plain(found.verdict),
    }


def _note(found: Sequence[Difference]) -> str:
    note = (
        "The difference is the mean of the first minus that of the second, with the 95 % "
        "percentile interval of a bootstrap over seeds; where seeds are common, runs of the same "
        f"seed are compared with each other. There is no interval with fewer than {MIN_SEEDS} "
        f"seeds, and with {MIN_SEEDS} to 10 it is somewhat too narrow. "
    )
    n_intervals = sum(not math.isnan(one.value.low) for one in found)
    if n_intervals > 1:
        note += f"One interval in 20 misses the truth by chance alone, and here are {n_intervals}."
    return note


def _best(section: Section) -> RunGroup:
    sign = -1 if higher_is_better(section.metric) is False else 1
    completed = [group for group in section.groups if group.completed]
    return max(completed, key=lambda group: sign * score(section, group).middle)


def _interval(value: Interval, write: Callable[[float], str]) -> str:
    return "" if math.isnan(value.low) else f"[{write(value.low)}, {write(value.high)}]"


def _points(value: float) -> str:
    """A difference of shares, in percentage points."""
    return UNKNOWN if math.isnan(value) else f"{100 * value:+.1f}"
