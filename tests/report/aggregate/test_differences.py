"""Which of two groups is better, and when the runs do not say."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnexp.report.aggregate.differences import (
    MIN_SEEDS,
    SCORE,
    STEPS,
    differences,
    mean_difference,
)
from rnnexp.report.aggregate.tables import differences_table
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import read_runs
from rnnexp.tasks.scores import HIGHER_IS_BETTER
from tests.report.folders import make_run

VALUES = st.lists(
    st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=MIN_SEEDS, max_size=9
).map(lambda pairs: np.array(pairs).T)


def section_of(folder):
    (section,) = group_runs(read_runs([folder]))
    return section


def make_pair(folder, scores, seeds=None, summary=None, **others):
    """A GRU and an LSTM with these scores; seeds from 0, or those given for each."""
    for i, unit in enumerate(("GRU", "LSTM")):
        for k, score in enumerate(scores[i]):
            seed = k if seeds is None else seeds[i][k]
            found = {"score": float(score), **((summary or {}).get(unit, {}))}
            path = folder / f"{unit}_{seed}"
            make_run(path, seed, unit, diagnostics=False, summary=found, **others)
    (found,) = differences(section_of(folder))
    return found


@settings(max_examples=20, deadline=None)
@given(VALUES, st.floats(-5, 5))
def test_pairs_are_drawn_together_so_what_they_share_cancels(values, shift):
    """The interval of paired values is the one of their differences, and shifts with them."""
    first, second = values
    found = mean_difference(first, second, paired=True)
    assert found.middle == pytest.approx((first - second).mean())
    assert found == pytest.approx(mean_difference(first - second, 0 * first, True), abs=1e-9)
    assert mean_difference(first + shift, second, True) == pytest.approx(
        [end + shift for end in found], abs=1e-9
    )
    assert mean_difference(second, first, True).middle == pytest.approx(-found.middle)
    assert (first - second).min() - 1e-9 <= found.low <= found.high + 1e-9
    assert found.high <= (first - second).max() + 1e-9


def test_the_interval_is_that_of_all_resamples():
    """With five seeds, all 5⁵ resamples can be written down."""
    first, second = np.random.default_rng(1).normal(size=(2, 5))
    resamples = np.stack(np.meshgrid(*[range(5)] * 5), -1).reshape(-1, 5)
    means = (first - second)[resamples].mean(1)
    found = mean_difference(first, second, paired=True)
    spread = means.std()
    assert found.low == pytest.approx(np.quantile(means, 0.025), abs=0.1 * spread)
    assert found.high == pytest.approx(np.quantile(means, 0.975), abs=0.1 * spread)


@pytest.mark.parametrize(("metric", "higher"), HIGHER_IS_BETTER.items())
def test_the_better_one_is_better_in_the_direction_of_the_metric(metric, higher, tmp_path):
    summary = {unit: {"metric": metric, "baseline": 0.5} for unit in ("GRU", "LSTM")}
    found = make_pair(tmp_path, ([0.9] * 6, [0.1, 0.2] * 3), summary=summary)
    better, worse = ("GRU", "LSTM") if higher else ("LSTM", "GRU")
    assert found.verdict == f"{better} is better than {worse}"
    assert (found.quantity, found.seeds, found.paired) == (SCORE, 6, True)


@pytest.mark.parametrize(
    ("first", "second", "learned"),
    [(0.13, 0.11, False), (0.13, 0.12, False), (0.3, 0.1, True), (0.1, 0.3, True)],
)
def test_what_is_no_better_than_a_guess_is_not_called_better(first, second, learned, tmp_path):
    """The guess is 0.125; the scores of a group are spread around their mean by 0.01."""
    spread = np.array([-0.01, 0, 0.01] * 2)
    found = make_pair(tmp_path, (first + spread, second + spread))
    assert not found.value.low <= 0 <= found.value.high
    assert found.verdict.endswith("is better than a guess") != learned
    assert ("is better than" in found.verdict and "guess" not in found.verdict) == learned


def test_an_interval_that_contains_zero_shows_no_difference(tmp_path):
    found = make_pair(tmp_path, ([0.4, 0.5, 0.6] * 2, [0.5, 0.4, 0.7] * 2))
    assert found.value.low < 0 < found.value.high
    assert "no difference shown" in found.verdict


@pytest.mark.parametrize("n", range(1, MIN_SEEDS))
def test_too_few_seeds_have_a_difference_without_an_interval(n, tmp_path):
    found = make_pair(tmp_path, ([0.9] * n, [0.1] * n))
    assert found.value.middle == pytest.approx(0.8)
    assert math.isnan(found.value.low)
    assert found.verdict.startswith(f"too few seeds for an interval: {n},")


@pytest.mark.parametrize(
    ("seeds", "paired", "n"),
    [
        ([range(6), range(6)], True, 6),
        ([range(8), range(2, 8)], True, 6),
        ([range(6), range(4, 10)], False, 6),
        ([range(6), range(6, 12)], False, 6),
    ],
)
def test_runs_are_paired_where_their_seeds_are_common(seeds, paired, n, tmp_path):
    rng = np.random.default_rng(0)
    scores = [rng.uniform(0, 1, len(own)) for own in seeds]
    found = make_pair(tmp_path, scores, seeds)
    assert (found.paired, found.seeds) == (paired, n)


def solved_after(*steps):
    return {
        unit: {"steps": n, "steps_to_solve": n, "solved": True}
        for unit, n in zip(("GRU", "LSTM"), steps, strict=True)
    }


def test_runs_that_stopped_when_solved_are_compared_by_their_steps(tmp_path):
    stops = {"trainer.stop_when_solved": True}
    scores = ([0.9] * 5, [0.95] * 5)
    found = make_pair(tmp_path, scores, summary=solved_after(20, 40), **stops)
    assert found.quantity == STEPS
    assert found.value.middle == -20
    assert found.verdict == "GRU is sooner than LSTM"


def test_runs_that_stopped_are_not_compared_with_runs_that_never_solved_it(tmp_path):
    stops = {"trainer.stop_when_solved": True}
    summary = solved_after(20, 60)
    summary["LSTM"] |= {"steps_to_solve": None, "solved": False}
    found = make_pair(tmp_path, ([0.9] * 5, [0.2] * 5), summary=summary, **stops)
    assert math.isnan(found.value.middle)
    assert "not compared" in found.verdict
    assert "LSTM" in found.verdict


def test_only_groups_that_are_alike_in_all_else_are_compared(tmp_path):
    for unit in ("GRU", "LSTM", "SimpleRNN"):
        for length in (10, 20):
            make_run(tmp_path / f"{unit}_{length}", 0, unit, length, diagnostics=False)
    section = section_of(tmp_path)
    found = differences(section)
    assert len(found) == 2 * 3
    for one in found:
        assert one.first.values["length"] == one.second.values["length"]
        assert one.first.values["unit"] != one.second.values["unit"]
    table = differences_table([(section, found)])
    assert list(table["at"]) == ["length=10"] * 3 + ["length=20"] * 3
    assert set(zip(table["first"], table["second"], strict=True)) == {
        ("GRU", "LSTM"),
        ("GRU", "SimpleRNN"),
        ("LSTM", "SimpleRNN"),
    }
