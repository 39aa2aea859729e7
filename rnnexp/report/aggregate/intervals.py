"""What can be said of all seeds from those that were run."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """An estimate, and the ends of its 95 % interval; NaN where the seeds do not give one."""

    middle: float
    low: float
    high: float


def mean_interval(
    values: Sequence[float], least: float = -math.inf, most: float = math.inf
) -> Interval:
    """The mean and Student's t interval of it, cut to `least` … `most`, which the metric cannot
    leave. One value has no interval."""
    n = len(values)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan)
    mean = float(np.mean(values))
    if n == 1:
        return Interval(mean, math.nan, math.nan)
    half = stdtrit(n - 1, (1 + CONFIDENCE) / 2) * np.std(values, ddof=1) / math.sqrt(n)
    return Interval(mean, max(mean - half, least), min(mean + half, most))


def share_interval(successes: int, n: int) -> Interval:
    """The share of successes among n, and Wilson's score interval of it (Wilson 1927)."""
    if n == 0:
        return Interval(math.nan, math.nan, math.nan)
    z = ndtri((1 + CONFIDENCE) / 2)
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return Interval(share, max(centre - half, 0), min(centre + half, 1))


def spread(values: Sequence[float]) -> Interval:
    """The median and the range of the values: what was seen, no claim about other seeds."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return Interval(math.nan, math.nan, math.nan)
    return Interval(float(np.median(known)), min(known), max(known))


def until_half(steps: Sequence[float | None]) -> float:
    """Steps after which at least half of the runs had solved the task; inf if they never did.

    None is a run that did not solve it: it counts, as later than all others.
    """
    if not steps:
        return math.nan
    known = sorted(math.inf if step is None else step for step in steps)
    return float(known[math.ceil(len(known) / 2) - 1])
