"""Intervals and the half that had solved, each against its definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rnnexp.report.aggregate.intervals import (
    mean_interval,
    median_and_range,
    proportion_interval,
    steps_until_half,
)

floats = st.floats(-1e3, 1e3)


@given(st.lists(floats, min_size=2, max_size=12))
def test_the_interval_of_a_mean_is_students(values):
    found = mean_interval(values)
    error = stats.sem(values)
    expected = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=error or 1e-300)
    np.testing.assert_allclose(found[1:], expected, rtol=1e-9, atol=1e-9)
    assert found.middle == pytest.approx(np.mean(values), abs=1e-9)


def test_it_holds_the_mean_of_all_seeds_as_often_as_it_says():
    rng = np.random.default_rng(0)
    intervals = [mean_interval(rng.normal(3, 2, size=4)) for _ in range(4000)]
    held = np.mean([found.low <= 3 <= found.high for found in intervals])
    assert held == pytest.approx(0.95, abs=0.015)  # four standard errors of 4000 draws


def test_it_ends_where_the_metric_does():
    assert mean_interval([1.0, 0.9, 1.0], 0, 1).high == 1
    assert mean_interval([0.0, 0.1, 0.0], 0, 1).low == 0


def test_one_seed_has_no_interval_and_none_has_no_mean():
    assert mean_interval([0.7]).middle == 0.7
    assert math.isnan(mean_interval([0.7]).low)
    assert math.isnan(mean_interval([0.7], 0, 1).high)
    assert all(map(math.isnan, mean_interval([])))


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_proportion_is_wilsons(counts):
    """Its ends are the p whose distance from the share seen is z standard errors at p."""
    successes, n = counts
    found = proportion_interval(successes, n)
    assert found.middle == successes / n
    for p in found[1:]:
        error = math.sqrt(p * (1 - p) / n)
        assert abs(found.middle - p) == pytest.approx(stats.norm.ppf(0.975) * error, abs=1e-7)
    assert found.low <= found.middle <= found.high
    assert found.low < found.high


def test_a_share_of_nothing_is_unknown():
    assert all(map(math.isnan, proportion_interval(0, 0)))


@given(st.lists(st.one_of(st.none(), st.integers(1, 100)), min_size=1, max_size=9))
def test_until_half_is_the_first_step_by_which_half_had_solved(steps):
    def half_had(step):
        return 2 * sum(s is not None and s <= step for s in steps) >= len(steps)

    found = steps_until_half(steps)
    if math.isinf(found):
        assert not half_had(1e9)
    else:
        assert half_had(found)
        assert not half_had(found - 1)


def test_the_spread_is_of_what_is_known():
    assert median_and_range([3.0, math.nan, 1.0, 2.0]) == (2, 1, 3)
    assert all(map(math.isnan, median_and_range([math.nan])))
