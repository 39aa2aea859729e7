"""The numbers: a row per group of a section, and a row per run."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from rnnexp.report.aggregate.intervals import (
    Interval,
    mean_interval,
    share_interval,
    spread,
    until_half,
)
from rnnexp.report.group.sections import Group, Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE
from rnnexp.report.read.runs import Run
from rnnexp.report.read.status import BOUNDS
from rnnexp.report.text import cell


def score(section: Section, group: Group) -> Interval:
    """The mean score over the group's seeds and its interval."""
    scores = [float(run.summary["score"]) for run in group.completed]
    return mean_interval(scores, *BOUNDS.get(section.metric, (-math.inf, math.inf)))


def solved(group: Group) -> tuple[int, Interval]:
    """How many of the completed runs solved the task, and the share of them."""
    successes = sum(bool(run.summary.get("solved")) for run in group.completed)
    return successes, share_interval(successes, len(group.completed))


def steps_until_half(group: Group) -> float:
    """Steps after which half of the completed runs had solved the task; inf if they never did."""
    return until_half([run.summary.get("steps_to_solve") for run in group.completed])


def budget(group: Group) -> float:
    """Steps that the longest completed run took."""
    return max((float(run.summary.get("steps") or math.nan) for run in group.completed), default=0)


def over_seeds(group: Group, key: str) -> Interval:
    """Median and range of a number in the summary of the completed runs."""
    values = [run.summary.get(key) for run in group.completed]
    return spread([float(value) for value in values if value is not None])


def reach(group: Group, when: str, measure: str = "horizon") -> Interval:
    """Median and range over seeds of how far back the gradient at the memory reaches.

    measure: "horizon" or "half_life", in timesteps, or "earliest_quarter", a share; of the first
    recurrent layer.
    """
    layers = [run.layers[0] for run in group.completed if run.layers]
    found = [layer.at(when, measure, layer.memory) for layer in layers]
    return spread([float(value) for value in found if value is not None])


def carried(group: Group, when: str) -> Interval:
    """Median and range of the share of the first state that is still there after the last step."""
    found = []
    for layer in [run.layers[0] for run in group.completed if run.layers]:
        profile = layer.at(when, "carried")
        if profile is not None:
            found.append(float(profile[-1 if layer.backward else 0]))
    return spread(found)


def groups_table(sections: Sequence[Section]) -> pd.DataFrame:
    """A row per group: its settings, and every number that the page and the figures show of it."""
    return _table([_row(section, group) for section in sections for group in section.groups])


def _row(section: Section, group: Group) -> dict[str, Any]:
    successes, share = solved(group)
    return {
        "task": section.task,
        **{name: value for name, value in group.swept.items() if name != "task"},
        "runs_completed": len(group.completed),
        "runs_not_completed": len(group.runs) - len(group.completed),
        "metric": section.metric,
        "baseline": next((r.summary.get("baseline") for r in group.completed), None),
        **_columns("score", "mean", score(section, group)),
        "solved": successes,
        **_columns("solved", "share", share),
        "steps_until_half_solved": steps_until_half(group),
        **_before_and_after(group),
        **_columns("seconds", "median", over_seeds(group, "seconds")),
        "parameters": over_seeds(group, "parameters").middle,
    }


def _before_and_after(group: Group) -> dict[str, float]:
    found: dict[str, float] = {}
    for when in (BEFORE, AFTER):
        for measure in ("horizon", "half_life", "earliest_quarter"):
            found |= _columns(f"{measure}_{when}", "median", reach(group, when, measure))
        found |= _columns(f"carried_{when}", "median", carried(group, when))
    return found


def _columns(name: str, middle: str, value: Interval) -> dict[str, float]:
    return {f"{name}_{middle}": value.middle, f"{name}_low": value.low, f"{name}_high": value.high}


def runs_table(runs: Sequence[Run]) -> pd.DataFrame:
    """A row per run, whatever its state: what it was, how it ended and why, what it scored."""
    rows = []
    for run in runs:
        told = ("seed", "metric", "score", "baseline", "solved", "steps", "steps_to_solve")
        row: dict[str, Any] = {"folder": str(run.folder), "state": run.state, "reason": run.reason}
        row |= {key: run.summary.get(key) for key in told}
        row["seed"] = run.settings.get("seed", row["seed"])
        row |= {key: run.summary.get(key) for key in ("parameters", "seconds")}
        row["notes"] = "; ".join(run.notes)
        rows.append(row)
    return _table(rows)


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows with every text, those of the head too, as a spreadsheet may have it."""
    return pd.DataFrame([{cell(k): cell(v) for k, v in row.items()} for row in rows])
