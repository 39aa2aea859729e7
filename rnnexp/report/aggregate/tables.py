"""The two tables: one row per group, and one row per run."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from rnnexp.report.aggregate import group_statistics as statistics
from rnnexp.report.aggregate.differences import SCORE, Difference
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE
from rnnexp.report.read.runs import Run
from rnnexp.report.text import cell


def groups_table(sections: Sequence[Section]) -> pd.DataFrame:
    """One row per group, with its settings and all numbers that the page shows of it."""
    rows = [_group_row(section, group) for section in sections for group in section.groups]
    return _table(rows)


def differences_table(found: Sequence[tuple[Section, Sequence[Difference]]]) -> pd.DataFrame:
    """One row per pair of groups that were compared, with their difference and what it says."""
    rows = [_difference_row(section, one) for section, of_it in found for one in of_it]
    columns = ("task", "at", "first", "second", "quantity", "verdict")
    return _table(rows) if rows else pd.DataFrame(columns=columns)


def runs_table(runs: Sequence[Run]) -> pd.DataFrame:
    """One row per run, completed or not: what it was, how it ended and why, and its score."""
    return _table([_run_row(run) for run in runs])


def _group_row(section: Section, group: RunGroup) -> dict[str, Any]:
    n_solved, share = statistics.solved(group)
    return {
        "task": section.task,
        **{k: v for k, v in {**group.all_values, **group.values}.items() if k != "task"},
        "runs_completed": len(group.completed),
        "runs_not_completed": len(group.runs) - len(group.completed),
        "metric": section.metric,
        "baseline": statistics.baseline(group),
        **_interval_columns("score", "mean", statistics.score(section, group)),
        **_interval_columns("best_score", "mean", statistics.best_score(section, group)),
        "solved": n_solved,
        **_interval_columns("solved", "share", share),
        "steps_until_half_solved": statistics.steps_until_half_solved(group),
        "runs_stopped_when_solved": statistics.stopped_when_solved(group),
        **_layer_columns(group),
        **_interval_columns("seconds", "median", statistics.summary_median(group, "seconds")),
        "parameters": statistics.summary_median(group, "parameters").middle,
        "units_by_size": statistics.units_chosen_by_size(group).middle,
        "state_size": statistics.summary_median(group, "state_size").middle,
    }


def _difference_row(section: Section, found: Difference) -> dict[str, Any]:
    return {
        "task": section.task,
        "at": found.place,
        "first": found.names[0],
        "second": found.names[1],
        "quantity": section.metric if found.quantity == SCORE else found.quantity,
        **_interval_columns("difference", "mean", found.value),
        "seeds": found.seeds,
        "paired": found.paired,
        "first_parameters": statistics.summary_median(found.first, "parameters").middle,
        "second_parameters": statistics.summary_median(found.second, "parameters").middle,
        "verdict": found.verdict,
    }


def _layer_columns(group: RunGroup) -> dict[str, float]:
    """What was measured of the first recurrent layer, before and after training."""
    columns: dict[str, float] = {}
    for when in (BEFORE, AFTER):
        for measure in ("horizon", "half_life", "earliest_quarter"):
            reach = statistics.gradient_reach(group, when, measure)
            columns |= _interval_columns(f"{measure}_{when}", "median", reach)
        carried = statistics.carried_to_end(group, when)
        columns |= _interval_columns(f"carried_{when}", "median", carried)
    return columns


def _interval_columns(name: str, middle: str, value: Interval) -> dict[str, float]:
    return {f"{name}_{middle}": value.middle, f"{name}_low": value.low, f"{name}_high": value.high}


def _run_row(run: Run) -> dict[str, Any]:
    first = ("seed", "metric", "score", "best_score", "best_step", "baseline", "solved")
    row: dict[str, Any] = {"folder": str(run.folder), "state": run.state, "reason": run.reason}
    row |= {key: run.summary.get(key) for key in first}
    row["seed"] = run.settings.get("seed", row["seed"])
    row |= {key: run.summary.get(key) for key in ("steps", "steps_to_solve")}
    row["stopped_when_solved"] = run.stopped_when_solved
    row |= {key: run.summary.get(key) for key in ("parameters", "state_size", "seconds")}
    row["notes"] = "; ".join(run.notes)
    return row


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table in which every text, also in the header, is safe to open in a spreadsheet."""
    return pd.DataFrame([{cell(k): cell(v) for k, v in row.items()} for row in rows])
