"""The numbers of a group of runs: score, share solved, horizon, and what is carried."""

import math

from rnnexp.report.aggregate.intervals import (
    NOTHING,
    Interval,
    mean_interval,
    median_and_range,
    proportion_interval,
    steps_until_half,
)
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.metrics import higher_is_better, metric_bounds
from rnnexp.report.read.layer_measurements import LayerMeasurements


def score(section: Section, group: RunGroup) -> Interval:
    """The mean test score over seeds, with its 95 % t interval."""
    scores = [float(run.summary["score"]) for run in group.completed]
    return mean_interval(scores, *metric_bounds(section.metric))


def best_score(section: Section, group: RunGroup) -> Interval:
    """The mean test score of the best weights by validation, with its 95 % t interval.

    It is that of all completed runs or, if one of them does not have it, of none.
    """
    scores = [run.summary.get("best_score") for run in group.completed]
    known = [float(score) for score in scores if score is not None]
    whole = known if len(known) == len(scores) else []
    return mean_interval(whole, *metric_bounds(section.metric))


def can_be_solved(group: RunGroup) -> bool:
    """Whether the task of the completed runs has a score that counts as solved."""
    return any(run.summary.get("solved") is not None for run in group.completed)


def solved(group: RunGroup) -> tuple[int, Interval]:
    """How many completed runs solved the task, and their share with its 95 % interval.

    The share of runs of a task that cannot be solved is NaN.
    """
    n_solved = sum(bool(run.summary.get("solved")) for run in group.completed)
    return n_solved, proportion_interval(n_solved, len(group.completed) * can_be_solved(group))


def stopped_when_solved(group: RunGroup) -> int:
    """How many completed runs ended before their time because they had solved the task."""
    return sum(run.stopped_when_solved for run in group.completed)


def steps_until_half_solved(group: RunGroup) -> float:
    """Steps after which half of the completed runs had solved the task; inf if they never did.

    NaN for a task that cannot be solved.
    """
    if not can_be_solved(group):
        return math.nan
    return steps_until_half([run.summary.get("steps_to_solve") for run in group.completed])


def longest_training(group: RunGroup) -> float:
    """Training steps of the longest completed run."""
    return max((float(run.summary.get("steps") or math.nan) for run in group.completed), default=0)


def baseline(group: RunGroup) -> float | None:
    """The score of a guess; None if the runs do not say it."""
    return next((run.summary.get("baseline") for run in group.completed), None)


def beats_guess(section: Section, group: RunGroup) -> bool | None:
    """Whether the mean score and its whole interval are better than a guess; None if unknown."""
    guess, higher = baseline(group), higher_is_better(section.metric)
    if guess is None or higher is None:
        return None
    found = score(section, group)
    ends = [end for end in found if not math.isnan(end)]
    return all(end > guess if higher else end < guess for end in ends)


def summary_median(group: RunGroup, key: str) -> Interval:
    """Median and range over seeds of a number in summary.json."""
    values = [run.summary.get(key) for run in group.completed]
    return median_and_range([float(value) for value in values if value is not None])


def units_chosen_by_size(group: RunGroup) -> Interval:
    """Units of a layer, median and range, where parameters or state decide them; NaN otherwise."""
    settings = group.runs[0].settings
    if all(settings.get(key) is None for key in ("model.parameters", "model.state")):
        return NOTHING
    return summary_median(group, "units")


def gradient_reach(group: RunGroup, when: str, measure: str = "horizon") -> Interval:
    """How far back the gradient at the memory reaches in the first recurrent layer.

    Args:
        group: The runs.
        when: `BEFORE` or `AFTER` training.
        measure: "horizon" or "half_life", in timesteps; or "earliest_quarter", 0 to 1.

    Returns:
        Median and range over seeds.
    """
    values = [layer.at(when, measure, layer.names.memory_gradient) for layer in _layers(group)]
    return median_and_range([float(value) for value in values if value is not None])


def carried_to_end(group: RunGroup, when: str) -> Interval:
    """The share, 0 to 1, of the first state that the gates still carry at the last step.

    Args:
        group: The runs.
        when: `BEFORE` or `AFTER` training.

    Returns:
        Median and range over seeds, for the first recurrent layer.
    """
    shares = []
    for layer in _layers(group):
        carried = layer.at(when, "carried")
        if carried is not None:
            shares.append(float(carried[-1 if layer.backward else 0]))
    return median_and_range(shares)


def _layers(group: RunGroup) -> list[LayerMeasurements]:
    return [run.layers[0] for run in group.completed if run.layers]
