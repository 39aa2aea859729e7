"""Groups are matched by their size, and those without a partner are named."""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnexp.config.errors import UserError
from rnnexp.report.group.matching import MATCHES, TOLERANCE, group_size, match_groups
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import read_runs
from tests.report.folders import make_run

SIZES = st.lists(st.integers(10, 100), min_size=1, max_size=6)


def sections_of(folder):
    return group_runs(read_runs([folder]))


def make(folder, by, sizes, **others):
    """A run for each unit and each of its sizes, with a number of units that follows from it."""
    for unit, own in sizes.items():
        for size in own:
            summary = {MATCHES[by]: size}
            key = {"model.units": size // 2, **others}
            make_run(
                folder / f"{unit}_{size}_{len(others)}",
                0,
                unit,
                diagnostics=False,
                summary=summary,
                **key,
            )


@pytest.mark.parametrize("by", MATCHES)
def test_groups_of_one_size_are_compared_and_others_are_named(by, tmp_path):
    make(tmp_path, by, {"GRU": [100, 200, 400], "LSTM": [104, 215, 600], "SimpleRNN": [96]})
    (section,) = match_groups(sections_of(tmp_path), by)
    found = [
        (group.values["unit"], group_size(group, by), group.values[f"matched_{by}"])
        for group in section.groups
    ]
    assert found == [
        ("GRU", 100, 99),
        ("GRU", 200, 207),
        ("LSTM", 104, 99),
        ("LSTM", 215, 207),
        ("SimpleRNN", 96, 99),
    ]
    (note,) = [note for note in section.notes if note.startswith("Left out")]
    assert "GRU, units=200 (400)" in note
    assert "LSTM, units=300 (600)" in note
    assert "100" not in note
    assert section.columns == ["unit", f"matched_{by}", "units"]


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["GRU", "LSTM", "SimpleRNN"]), SIZES, min_size=2))
def test_no_two_groups_of_a_set_differ_by_more_than_the_tolerance(sizes):
    groups = [
        RunGroup({"unit": unit, "units": size}, {}, {}, [_Run(size)])
        for unit, own in sizes.items()
        for size in set(own)
    ]
    section = Section("Task", "accuracy", {"unit": [], "units": []}, groups)
    try:
        (matched,) = match_groups([section], "parameters")
    except UserError:
        matched = Section("Task", "accuracy", {}, [])
    for one, other in combinations(matched.groups, 2):
        if one.values.get("matched_parameters") == other.values.get("matched_parameters"):
            low, high = sorted(sizes_of(one, other))
            assert high <= low * (1 + TOLERANCE) * (1 + 1e-9)
    kept = {id(run) for run in matched.runs}
    for group in groups:
        near = [
            other
            for other in groups
            if other.values["unit"] != group.values["unit"]
            and max(sizes_of(other, group)) <= min(sizes_of(other, group)) * (1 + TOLERANCE)
        ]
        assert near or id(group.runs[0]) not in kept


def sizes_of(*groups):
    return [group_size(group, "parameters") for group in groups]


class _Run:
    """The parts of a completed run that matching looks at."""

    def __init__(self, size):
        self.completed = True
        self.summary = {"parameters": size}
        self.settings = {}


def test_groups_of_another_length_are_no_partners(tmp_path):
    make_run(tmp_path / "a", 0, "GRU", 10, diagnostics=False)
    make_run(tmp_path / "b", 0, "LSTM", 20, diagnostics=False)
    with pytest.raises(UserError, match="no group has a partner"):
        match_groups(sections_of(tmp_path), "parameters")


def test_nothing_matched_names_the_sizes(tmp_path):
    make(tmp_path, "state", {"GRU": [100], "LSTM": [200]})
    with pytest.raises(UserError, match=r"GRU.*\(100\); LSTM.*\(200\).*model\.state=NUMBER"):
        match_groups(sections_of(tmp_path), "state")


def test_runs_without_the_size_have_no_partner(tmp_path):
    make_run(tmp_path / "a", 0, "GRU", diagnostics=False)
    make_run(tmp_path / "b", 0, "LSTM", diagnostics=False)
    with pytest.raises(UserError, match="unknown"):
        match_groups(sections_of(tmp_path), "state")
    (section,) = match_groups(sections_of(tmp_path), "parameters")
    assert len(section.groups) == 2
    assert section.factors == ["unit"]


def test_an_unknown_number_is_a_mistake(tmp_path):
    with pytest.raises(UserError, match="did you mean parameters"):
        match_groups([], "parameter")
