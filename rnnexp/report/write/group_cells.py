"""The cells of a group's row on the page."""

import math
from collections.abc import Callable

from rnnexp.report.aggregate import group_statistics as statistics
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.group.sections import RunGroup, Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE
from rnnexp.report.write.number_format import (
    UNKNOWN,
    format_interval,
    format_number,
    format_percent,
    format_small_share,
)

COLUMN_NOTES = (
    "score: the mean over seeds with its 95 % t interval, cut off at what the metric can be. "
    "solved: how many of the completed runs solved the task, with the 95 % Wilson interval of the "
    "share. steps: the number of training steps until half of the seeds had solved it, by the "
    "validation split after each epoch. horizon: steps back from the last for which the gradient "
    "at the memory stays above 1 % of its last value, before → after training. carried: the share "
    "of the first state that the gates still carry at the end. Horizon and carried are of the "
    "first recurrent layer. They, the seconds and the parameters are medians over seeds, with the "
    "range."
)
"""Explains the columns of `group_cells`."""


def group_cells(section: Section, group: RunGroup) -> dict[str, dict[str, str]]:
    """The cells after a group's settings: by column, a value and the text of its interval."""
    is_accuracy = section.metric == "accuracy"
    format_score = format_percent if is_accuracy else format_number
    score = statistics.score(section, group)
    baseline = statistics.baseline(group)
    n_solved, share = statistics.solved(group)
    n_completed, n_runs = len(group.completed), len(group.runs)
    steps = statistics.steps_until_half_solved(group)
    if math.isinf(steps):
        steps_text = f"> {format_number(statistics.longest_training(group))}"
    else:
        steps_text = format_number(steps)
    return {
        "runs": _cell(f"{n_completed}" if n_completed == n_runs else f"{n_completed} of {n_runs}"),
        "score": _cell(format_score(score.middle), format_interval(score, is_accuracy)),
        "a guess": _cell(UNKNOWN if baseline is None else format_score(float(baseline))),
        "solved": _cell(
            f"{n_solved} of {n_completed}",
            f"{format_interval(share, as_percent=True)} %" if n_completed else "",
        ),
        "steps": _cell(steps_text),
        "horizon": _before_and_after(
            statistics.gradient_reach(group, BEFORE), statistics.gradient_reach(group, AFTER)
        ),
        "carried": _before_and_after(
            statistics.carried_to_end(group, BEFORE),
            statistics.carried_to_end(group, AFTER),
            format_small_share,
        ),
        "seconds": _median(statistics.summary_median(group, "seconds")),
        "parameters": _cell(format_number(statistics.summary_median(group, "parameters").middle)),
    }


def _cell(value: str, interval: str = "") -> dict[str, str]:
    return {"value": value, "range": interval}


def _before_and_after(
    before: Interval, after: Interval, text_of: Callable[[float], str] = format_number
) -> dict[str, str]:
    """The cell "9 → 19", with the range after training if it is visible at these digits."""
    if math.isnan(before.middle) and math.isnan(after.middle):
        return _cell(UNKNOWN)
    low, high = text_of(after.low), text_of(after.high)
    interval = f"[{low}, {high}]" if low != high else ""
    return _cell(f"{text_of(before.middle)} → {text_of(after.middle)}", interval)


def _median(value: Interval) -> dict[str, str]:
    interval = format_interval(value) if value.low != value.high else ""
    return _cell(format_number(value.middle), interval)
