"""Estimates over seeds, with intervals."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """An estimate with the two ends of its interval, which are NaN where there is none."""

    middle: float
    low: float
    high: float


NOTHING = Interval(math.nan, math.nan, math.nan)
"""The interval of no values."""


def mean_interval(
    values: Sequence[float], lowest: float = -math.inf, highest: float = math.inf
) -> Interval:
    """The mean and its 95 % interval by Student's t distribution.

    Args:
        values: One value per seed. A single value has no interval.
        lowest: The smallest value that the metric can have; the interval is cut off there.
        highest: The largest value that the metric can have.
    """
    n = len(values)
    if n == 0:
        return NOTHING
    mean = float(np.mean(values))
    if n == 1:
        return Interval(mean, math.nan, math.nan)
    half = stdtrit(n - 1, (1 + CONFIDENCE) / 2) * np.std(values, ddof=1) / math.sqrt(n)
    return Interval(mean, max(mean - half, lowest), min(mean + half, highest))


def proportion_interval(successes: int, n: int) -> Interval:
    """The proportion of successes among `n` trials and its 95 % interval (Wilson 1927)."""
    from scipy.stats import binomtest  # takes half a second to import

    if n == 0:
        return NOTHING
    wilson = binomtest(successes, n).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(successes / n, float(wilson.low), float(wilson.high))


def median_and_range(values: Sequence[float]) -> Interval:
    """The median, the smallest and the largest value; NaN is left out.

    This describes the seeds that were run. It is not an interval for other seeds.
    """
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return NOTHING
    return Interval(float(np.median(known)), min(known), max(known))


def steps_until_half(steps: Sequence[float | None]) -> float:
    """The number of steps after which at least half of the runs had solved the task.

    Args:
        steps: Steps to solve of each run. None is a run that did not solve the task; it counts as
            later than all others.

    Returns:
        A number of steps, or inf if less than half of the runs solved the task.
    """
    if not steps:
        return math.nan
    in_order = sorted(math.inf if step is None else step for step in steps)
    return float(in_order[math.ceil(len(in_order) / 2) - 1])
