"""The cells of a group's row on the page."""

import math
from collections.abc import Callable

from rnnexp.report.aggregate import group_statistics as statistics
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.metrics import is_share
from rnnexp.report.read.layer_measurements import AFTER, BEFORE
from rnnexp.report.text import SHORT, plain
from rnnexp.report.write.number_format import (
    UNKNOWN,
    format_interval,
    format_number,
    format_percent,
    format_small_share,
)

COLUMN_NOTES = (
    "score: the mean over seeds with its 95 % t interval, cut off at what the metric can be, with "
    "the weights after the last step. best: the same with the weights that were best on the "
    "validation split. solved: how many of the completed runs solved the task, with the 95 % "
    "Wilson interval of the share. steps: the number of training steps until half of the seeds had "
    "solved it, by the validation split, and how many runs stopped when they had solved it. "
    "horizon: steps back from the last for which the gradient at the memory stays above 1 % of its "
    "last value, before → after training. carried: the share of the first state that the gates "
    "still carry at the end. Horizon and carried are of the first recurrent layer. units: units of "
    "a layer, where the size of the model was chosen instead. state: how many "
    "numbers the recurrent layers carry from one timestep to the next. Horizon, carried, seconds, "
    "parameters and state are medians over seeds, with the range."
)
"""Explains the columns of `group_cells`."""


def known_columns(section: Section) -> list[str]:
    """The columns of `group_cells` in which some group of the section has a value."""
    cells = [group_cells(section, group) for group in section.groups]
    return [name for name in cells[0] if any(row[name]["value"] != UNKNOWN for row in cells)]


def group_cells(section: Section, group: RunGroup) -> dict[str, dict[str, str]]:
    """The cells after a group's settings: by column, a value and the text of its interval."""
    is_percent = is_share(section.metric)
    format_score = format_percent if is_percent else format_number
    score, best = statistics.score(section, group), statistics.best_score(section, group)
    baseline = statistics.baseline(group)
    n_solved, share = statistics.solved(group)
    n_completed, n_runs = len(group.completed), len(group.runs)
    steps = statistics.steps_until_half_solved(group)
    if math.isinf(steps):
        steps_text = f"> {format_number(statistics.longest_training(group))}"
    else:
        steps_text = format_number(steps)
    n_stopped = statistics.stopped_when_solved(group)
    can_be_solved = statistics.can_be_solved(group)
    return {
        "runs": _cell(f"{n_completed}" if n_completed == n_runs else f"{n_completed} of {n_runs}"),
        "score": _cell(format_score(score.middle), format_interval(score, is_percent)),
        "best": _cell(format_score(best.middle), format_interval(best, is_percent)),
        "a guess": _cell(UNKNOWN if baseline is None else format_score(float(baseline))),
        "solved": _cell(
            f"{n_solved} of {n_completed}" if can_be_solved else UNKNOWN,
            f"{format_interval(share, as_percent=True)} %" if can_be_solved else "",
        ),
        "steps": _cell(steps_text, f"{n_stopped} stopped there" if n_stopped else ""),
        "horizon": _before_and_after(
            statistics.gradient_reach(group, BEFORE), statistics.gradient_reach(group, AFTER)
        ),
        "carried": _before_and_after(
            statistics.carried_to_end(group, BEFORE),
            statistics.carried_to_end(group, AFTER),
            format_small_share,
        ),
        "seconds": _median(statistics.summary_median(group, "seconds")),
        "parameters": _median(statistics.summary_median(group, "parameters")),
        "units": _median(statistics.units_chosen_by_size(group)),
        "state": _median(statistics.summary_median(group, "state_size")),
    }


def format_guesses(section: Section) -> str:
    """The test scores of simple methods, by name; "" if the runs do not have any."""
    found: dict[str, set[float]] = {}
    for run in section.runs:
        for name, score in (run.summary.get("guesses") or {}).items() if run.completed else ():
            found.setdefault(plain(name, SHORT), set()).add(float(score))
    write = format_percent if is_share(section.metric) else format_number
    spans = {name: dict.fromkeys(map(write, (min(s), max(s)))) for name, s in found.items()}
    return ", ".join(f"{name} {' to '.join(span)}" for name, span in spans.items())


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
