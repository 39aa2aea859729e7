"""Ratios are taken pair by pair, and calls in turn."""

import pytest

from rnnexp.bench.timing import interleaved, matrix_rate, ratio


def test_calls_are_made_in_turn():
    calls = []
    first, second = interleaved([lambda: calls.append("a"), lambda: calls.append("b")], 3)
    assert calls == ["a", "b"] * 3
    assert len(first) == len(second) == 3


def test_a_drift_that_meets_both_leaves_the_ratio():
    drift = [1.0, 5.0, 2.0, 9.0, 4.0]
    assert ratio([3 * d for d in drift], [2 * d for d in drift]) == pytest.approx(1.5)


def test_the_matrix_rate_is_that_of_a_computer():
    assert 1e8 < matrix_rate(size=256, repeats=2) < 1e15
