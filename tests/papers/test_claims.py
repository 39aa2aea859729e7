"""Claims about results, judged on results made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from rnnexp.config.errors import UserError
from rnnexp.papers.claims import CHANCE, KINDS, claim
from rnnexp.papers.entry_results import EntryResults
from tests.papers.hand_made import runs, table


def judge(node, *parts):
    results = EntryResults.by_entry(table(*parts))
    return claim(node, list(results), "here").judge(results)


SCORES = st.lists(st.floats(0, 1), min_size=2, max_size=6)


@given(SCORES, st.floats(0, 1))
def test_solved_compares_the_share_of_all_runs_with_its_bound(scores, bound):
    share = np.mean([score >= 0.99 for score in scores])
    least = judge({"solved": "A", "at_least": bound}, runs("A", scores))
    most = judge({"solved": "A", "at_most": bound}, runs("A", scores))
    assert (least.holds, most.holds) == (share >= bound, share <= bound)


def test_a_failed_run_counts_as_one_that_has_not_solved_the_task():
    parts = runs("A", [1.0, None])
    assert judge({"solved": "A", "at_least": 0.5}, parts).holds
    assert not judge({"solved": "A", "at_least": 0.51}, parts).holds


@given(SCORES, st.floats(0, 1))
def test_score_compares_the_mean_with_its_bound(scores, bound):
    outcome = judge({"score": "A", "at_most": bound}, runs("A", scores))
    assert outcome.holds == (np.mean(scores) <= bound)


@pytest.mark.parametrize(
    ("metric", "baseline", "threshold"),
    [("accuracy", 0.125, 0.99), ("mean_squared_error", 1 / 6, 0.01)],
)
@pytest.mark.parametrize("share", [-0.5, 0.0, CHANCE - 0.01, CHANCE + 0.01, 1.0])
def test_at_chance_is_a_share_of_the_way_from_a_guess_to_solved(metric, baseline, threshold, share):
    score = baseline + share * (threshold - baseline)
    part = runs("A", [score, score], None, metric, baseline, threshold)
    assert judge({"at_chance": "A"}, part).holds == (share <= CHANCE)


def test_at_chance_needs_a_threshold():
    with pytest.raises(UserError, match="threshold"):
        judge({"at_chance": "A"}, runs("A", [0.5, 0.5], threshold=None))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=8))
def test_better_is_what_a_paired_t_test_says(pairs):
    ours, others = (np.array(each) for each in zip(*pairs, strict=True))
    if np.ptp(ours - others) < 1e-6:
        return  # SciPy has no interval for differences that are all the same
    low = ttest_rel(ours, others).confidence_interval(0.95).low
    if abs(low) < 1e-9:
        return
    parts = runs("A", ours), runs("B", others)
    assert judge({"better": "A", "than": "B"}, *parts).holds == (low > 0)
    losses = (
        runs("A", others, metric="mean_squared_error", threshold=0.01),
        runs("B", ours, metric="mean_squared_error", threshold=0.01),
    )
    assert judge({"better": "A", "than": "B"}, *losses).holds == (low > 0)


def test_better_compares_the_same_seeds_and_leaves_failed_runs_out():
    ours = runs("A", [None, 0.5, 0.6, 0.7])
    others = runs("B", [1.0, 0.4, 0.5, 0.6])
    assert judge({"better": "A", "than": "B"}, ours, others).holds


def test_a_difference_that_is_not_in_favour_is_told_in_words():
    ours, theirs = [0.1, 0.2, 0.3], [0.9, 0.8, 1.0]
    found = judge({"better": "A", "than": "B"}, runs("A", ours), runs("B", theirs)).found
    interval = ttest_rel(theirs, ours).confidence_interval(0.95)
    assert found == f"A was worse than B by 0.7 [{interval.low:.3g}, {interval.high:.3g}]"
    unclear = judge({"better": "A", "than": "B"}, runs("A", [0.1, 0.9]), runs("B", [0.5, 0.4]))
    assert unclear.found.startswith("A was neither better nor worse than B: the mean gain was 0.05")


def test_one_common_seed_is_too_few_for_better():
    outcome = judge({"better": "A", "than": "B"}, runs("A", [1.0, None]), runs("B", [0.0, 0.0]))
    assert not outcome.holds and "fewer than 2" in outcome.found


@pytest.mark.parametrize(
    ("ours", "others", "holds"),
    [
        ([100, 200, 300], [400, 500, None], True),
        ([400, 500, None], [100, 200, 300], False),
        ([100, 200, None], [None, None, 5], True),
        ([None, None, None], [None, None, None], False),
        ([100, 200, 300], [100, 200, 300], False),
    ],
)
def test_sooner_compares_when_half_of_the_runs_had_solved_the_task(ours, others, holds):
    parts = runs("A", [1.0] * 3, ours), runs("B", [1.0] * 3, others)
    assert judge({"sooner": "A", "than": "B"}, *parts).holds == holds


NODES = {
    "solved": {"solved": "A", "at_least": 0.5},
    "score": {"score": "A", "at_most": 0.5},
    "at_chance": {"at_chance": "A"},
    "better": {"better": "A", "than": "B"},
    "sooner": {"sooner": "A", "than": "B"},
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_says_in_words_whom_it_is_about_and_what_was_found(kind):
    node = NODES[kind]
    made = claim(node, ["A", "B"], "here")
    named = {value for value in node.values() if isinstance(value, str)}
    outcome = made.judge(EntryResults.by_entry(table(runs("A", [0.5, 0.5]), runs("B", [0.1, 0.2]))))
    for name in named:
        assert name in made.words and name in outcome.found
    everybody_failed = table(runs("A", [None, None]), runs("B", [None, None]))
    assert not made.judge(EntryResults.by_entry(everybody_failed)).holds


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("solved", "expected mappings"),
        ({}, "expected mappings"),
        ({"sloved": "A"}, "did you mean solved"),
        ({"solved": "a", "at_least": 1}, "a is no entry"),
        ({"better": "A", "than": "C"}, "C is no entry"),
        ({"solved": "A"}, "either at_least or at_most"),
        ({"solved": "A", "at_least": 1, "at_most": 1}, "either at_least or at_most"),
        ({"better": "A"}, "than"),
        ({"at_chance": "A", "at_least": 1}, "at_least"),
    ],
)
def test_what_is_no_claim_is_refused_with_its_file(node, expected):
    with pytest.raises(UserError, match=expected) as caught:
        claim(node, ["A", "B"], "adding.yaml")
    assert str(caught.value).startswith("adding.yaml: paper.claims")
