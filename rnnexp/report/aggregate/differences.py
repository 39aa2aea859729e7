"""Is one group better than another? The difference of their means, by a bootstrap over seeds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from rnnexp.report.aggregate.group_statistics import stopped_when_solved
from rnnexp.report.aggregate.intervals import CONFIDENCE, Interval
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.metrics import higher_is_better

MIN_SEEDS = 5
"""With fewer seeds there is no interval: of three, a bootstrap draws only ten different means."""
MAX_PAIRS = 2000
"""Pairs of groups in a section; each takes about two milliseconds."""
SCORE, STEPS = "score", "steps to solve"
_RESAMPLES = 4999


@dataclass(frozen=True)
class Difference:
    """What the runs say of two groups that differ in one factor.

    Args:
        first: A group.
        second: The group with which it is compared.
        quantity: What is compared: `SCORE`; or `STEPS`, if runs stopped when they had solved the
            task, because scores at that moment are no measure.
        value: The mean of `first` minus that of `second`, and its 95 % bootstrap interval. NaN if
            the quantity cannot be compared.
        seeds: The number of seeds that the difference is of: those in common, if it is paired,
            otherwise those of the smaller group.
        paired: Whether only runs of the same seed are compared with each other.
        verdict: The answer in words.
    """

    first: RunGroup
    second: RunGroup
    quantity: str
    value: Interval
    seeds: int
    paired: bool
    verdict: str


def differences(section: Section) -> list[Difference]:
    """Compare all pairs of groups that differ only in the factor that colours tell apart.

    Without such a factor, the pairs differ in the one on the x axis. Groups without a completed run
    are left out, and so are pairs after the first `MAX_PAIRS`.
    """
    compared = section.hue or section.axis
    if compared is None:
        return []
    alike: dict[tuple[Any, ...], list[RunGroup]] = {}
    for group in section.groups:
        if group.completed:
            others = tuple(v for name, v in group.values.items() if name != compared)
            alike.setdefault(others, []).append(group)
    pairs = [pair for groups in alike.values() for pair in combinations(groups, 2)]
    return [_difference(section, compared, *pair) for pair in pairs[:MAX_PAIRS]]


def mean_difference(first: Sequence[float], second: Sequence[float], paired: bool) -> Interval:
    """The mean of the first values minus that of the second, with its 95 % bootstrap interval.

    The interval is the percentile interval of Efron (1979), by `scipy.stats.bootstrap` with a fixed
    seed. If all resamples have the same mean, it has no width.

    Args:
        first: One value per seed.
        second: One value per seed; if `paired`, of the same seeds in the same order.
        paired: Whether seeds are drawn, and not the values of each group on their own.
    """
    from scipy.stats import bootstrap  # takes half a second to import

    estimate = float(np.mean(first) - np.mean(second))
    if len(first) < MIN_SEEDS or len(second) < MIN_SEEDS:
        return Interval(estimate, math.nan, math.nan)
    ends = bootstrap(
        (np.asarray(first), np.asarray(second)),
        lambda a, b, axis: np.mean(a, axis) - np.mean(b, axis),
        paired=paired,
        vectorized=True,
        n_resamples=_RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Interval(estimate, float(ends.low), float(ends.high))


def _difference(section: Section, compared: str, first: RunGroup, second: RunGroup) -> Difference:
    quantity = STEPS if stopped_when_solved(first) or stopped_when_solved(second) else SCORE
    own, other = (_values(group, quantity) for group in (first, second))
    common = sorted(own.keys() & other.keys())
    # Few common seeds of many are no reason to do without the others.
    paired = len(common) >= MIN_SEEDS or len(common) == min(len(own), len(other))
    a, b = ([of[seed] for seed in common] if paired else [*of.values()] for of in (own, other))
    seeds = min(len(a), len(b))
    names = first.label(compared), second.label(compared)
    if quantity == STEPS and (
        unsolved := [
            n
            for n, g in zip(names, (first, second), strict=True)
            if len(_values(g, STEPS)) < len(g.completed)
        ]
    ):
        nothing = Interval(math.nan, math.nan, math.nan)
        text = (
            "not compared: runs stopped when they had solved the task, and not all runs of "
            f"{' and '.join(unsolved)} solved it"
        )
        return Difference(first, second, quantity, nothing, seeds, paired, text)
    value = mean_difference(a, b, paired)
    up = higher_is_better(section.metric) if quantity == SCORE else False
    return Difference(
        first, second, quantity, value, seeds, paired, _verdict(value, names, up, quantity, seeds)
    )


def _values(group: RunGroup, quantity: str) -> dict[Any, float]:
    """The score or the steps to solve of each seed that has them."""
    key = "score" if quantity == SCORE else "steps_to_solve"
    found = {run.settings.get("seed"): run.summary.get(key) for run in group.completed}
    return {seed: float(value) for seed, value in found.items() if value is not None}


def _verdict(
    value: Interval, names: tuple[str, str], up: bool | None, quantity: str, seeds: int
) -> str:
    """The answer in words: which group is better, if the interval says so."""
    if math.isnan(value.low):
        return f"too few seeds for an interval: {seeds}, expected {MIN_SEEDS} at least"
    if value.low <= 0 <= value.high:
        return "no difference shown: the interval contains 0"
    larger, smaller = names if value.middle > 0 else reversed(names)
    if up is None:
        return f"{larger} scores higher than {smaller}"
    better, worse = (larger, smaller) if up else (smaller, larger)
    return f"{better} {'is better' if quantity == SCORE else 'is sooner'} than {worse}"
