"""Only the chosen factors are compared; runs that differ in others are in sections of their own."""

import itertools

import pytest

from rnnexp.config.errors import UserError
from rnnexp.report.group import sections
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import read_runs
from tests.report.folders import make_run

UNITS, LENGTHS, RATES = ("GRU", "LSTM"), (10, 20), (0.1, 0.2)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    for i, (unit, length, rate) in enumerate(itertools.product(UNITS, LENGTHS, RATES)):
        others = {"optimizer.learning_rate": rate, "trainer.steps": length * 3}
        make_run(root / str(i), 0, unit, length, diagnostics=False, **others)
        make_run(root / f"again_{i}", 1, unit, length, diagnostics=False, **others)
    return read_runs([root])


@pytest.mark.parametrize(
    ("compare", "factors", "titles"),
    [
        (["unit", "length", "learning_rate"], ["unit", "length", "learning_rate"], ["FirstToken"]),
        (
            ["unit", "length"],
            ["unit", "length"],
            [f"FirstToken, learning_rate={rate}" for rate in RATES],
        ),
        (
            ["learning_rate"],
            ["learning_rate"],
            [f"FirstToken, {unit}, length={length}" for unit in UNITS for length in LENGTHS],
        ),
    ],
)
def test_what_is_not_compared_makes_sections(compare, factors, titles, runs):
    found = group_runs(runs, compare)
    assert [section.task for section in found] == titles
    assert all(section.factors == factors for section in found)
    assert sum(len(section.runs) for section in found) == len(runs)


@pytest.mark.parametrize(
    "names",
    [["model", "task.length"], ["model.layer", "length"], ["unit", "steps"], [" unit", "length "]],
)
def test_a_setting_has_several_names(names, runs):
    """Also the name of one that changes together with it."""
    found = group_runs(runs, names)
    assert [section.factors for section in found] == [["unit", "length"]] * len(RATES)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lenght", "did you mean length"),
        ("seed", "seeds are averaged"),
        ("units", "model.units is 8 in all runs"),
        ("model.units", "model.units is 8 in all runs"),
        ("", "is not a setting that differs"),
        ("nothing", "choose from"),
    ],
)
def test_a_mistake_says_what_can_be_compared(name, says, runs):
    with pytest.raises(UserError, match=says) as raised:
        group_runs(runs, [name])
    assert "\n" not in str(raised.value)


def test_too_many_sections_are_refused(runs, monkeypatch):
    monkeypatch.setattr(sections, "MAX_SECTIONS", 3)
    with pytest.raises(UserError, match=r"4 combinations, .* expected 3 at most; compare more of"):
        group_runs(runs, ["learning_rate"])
