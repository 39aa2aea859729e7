"""Is one group better than another? The difference of their means, by a bootstrap over seeds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from rnnexp.report.aggregate.group_statistics import beats_guess, stopped_when_solved
from rnnexp.report.aggregate.intervals import CONFIDENCE, NOTHING, Interval
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.metrics import higher_is_better

MIN_SEEDS = 5
"""With fewer seeds there is no interval: of three, a bootstrap draws only ten different means."""
MAX_PAIRS = 2000
"""Pairs of groups in a section; each takes about two milliseconds."""
SCORE, STEPS = "score", "steps to solve"
_RESAMPLES = 4999
_NOTHING_LEARNED = "neither is better than a guess"
_NOT_COMPARED = "not compared: runs stopped when they had solved the task, and not all runs of"


@dataclass(frozen=True)
class Difference:
    """What the runs say of two groups that differ in one factor.

    Args:
        first: A group.
        second: The group with which it is compared.
        names: What the two differ in, such as ("GRU", "LSTM").
        place: What they have in common, such as "length=20"; "" if nothing else differs.
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
    names: tuple[str, str]
    place: str
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
    names = first.label(compared), second.label(compared)
    quantity = STEPS if stopped_when_solved(first) or stopped_when_solved(second) else SCORE
    own, other = (_values(group, quantity) for group in (first, second))
    paired, a, b = _paired(own, other)
    seeds = min(len(a), len(b))
    unsolved = [n for n, g in zip(names, (first, second), strict=True) if not _all_solved(g)]
    if quantity == STEPS and unsolved:
        value, verdict = NOTHING, f"{_NOT_COMPARED} {' and '.join(unsolved)} solved it"
    else:
        value = mean_difference(a, b, paired)
        verdict = _verdict(value, names, _larger_is_better(section, quantity), quantity, seeds)
        if quantity == SCORE and all(beats_guess(section, g) is False for g in (first, second)):
            verdict = _NOTHING_LEARNED
    place = first.name([compared]) if len(first.values) > 1 else ""
    return Difference(first, second, names, place, quantity, value, seeds, paired, verdict)


def _paired(
    own: Mapping[Any, float], other: Mapping[Any, float]
) -> tuple[bool, list[float], list[float]]:
    """The values of the common seeds, or all values if few of many seeds are common."""
    common = [seed for seed in own if seed in other]
    if len(common) >= MIN_SEEDS or len(common) == min(len(own), len(other)):
        return True, [own[seed] for seed in common], [other[seed] for seed in common]
    return False, list(own.values()), list(other.values())


def _larger_is_better(section: Section, quantity: str) -> bool | None:
    return higher_is_better(section.metric) if quantity == SCORE else False


def _all_solved(group: RunGroup) -> bool:
    return len(_values(group, STEPS)) == len(group.completed)


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
