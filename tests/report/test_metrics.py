"""The report knows every metric of a task: its range and its direction."""

import math

import pytest

from rnnexp.report.metrics import METRIC_BOUNDS, higher_is_better, is_share, metric_bounds
from rnnexp.report.read.status import check_summary
from rnnexp.tasks.scores import HIGHER_IS_BETTER


def test_every_metric_has_bounds():
    assert set(METRIC_BOUNDS) == set(HIGHER_IS_BETTER)


@pytest.mark.parametrize("metric", HIGHER_IS_BETTER)
def test_a_share_is_better_if_it_is_larger_and_an_error_if_it_is_smaller(metric):
    low, high = metric_bounds(metric)
    assert low == 0
    assert is_share(metric) == (high == 1)
    assert higher_is_better(metric) == is_share(metric)


@pytest.mark.parametrize("metric", HIGHER_IS_BETTER)
@pytest.mark.parametrize("key", ["score", "best_score"])
def test_a_score_out_of_bounds_is_damaged(metric, key):
    low, high = metric_bounds(metric)
    outside = [low - 0.1] + [high + 0.1] * math.isfinite(high)
    for value in outside:
        checked, (problem,) = check_summary({"metric": metric, key: value})
        assert checked[key] is None
        assert f"{key} is {value}" in problem
    for value in (low, min(high, 7.0)):
        assert check_summary({"metric": metric, key: value}) == ({"metric": metric, key: value}, [])


def test_an_unknown_metric_has_no_bounds_and_no_direction():
    assert metric_bounds("mine") == (-math.inf, math.inf)
    assert higher_is_better("mine") is None
    assert not is_share("mine")
