"""Settings that change together are one factor, under the names of all of them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.report.group.sections import group_runs
from rnnexp.report.group.together import changing_together, names_together
from rnnexp.report.read.runs import read_runs
from tests.report.folders import make_run

COLUMNS = st.lists(
    st.lists(st.integers(0, 2), min_size=8, max_size=8), min_size=1, max_size=4
).filter(lambda columns: all(len(set(values)) > 1 for values in columns))


def section_of(folder):
    (section,) = group_runs(read_runs([folder]))
    return section


@given(COLUMNS)
def test_each_value_of_a_leader_occurs_with_one_value_of_what_follows_it(columns):
    table = pd.DataFrame({str(i): values for i, values in enumerate(columns)})
    together = changing_together(table)
    assert sorted(name for key, names in together.items() for name in (key, *names)) == list(table)
    for leader, names in together.items():
        for name in names:
            assert (table.groupby(leader)[name].nunique() == 1).all()
    leaders = list(together)
    for i, later in enumerate(leaders):
        for earlier in leaders[:i]:
            assert (table.groupby(earlier)[later].nunique() > 1).any()


def test_a_random_search_keeps_all_that_it_searched():
    searched = pd.DataFrame({"units": range(10, 16), "learning_rate": range(6)})
    assert list(changing_together(searched)) == ["units", "learning_rate"]


def test_the_page_names_what_changes_together(tmp_path):
    for length in (10, 20):
        for seed in (0, 1):
            folder = tmp_path / f"{length}_{seed}"
            others = {"trainer.steps": 100 * length, "optimizer.learning_rate": 1 / length}
            make_run(folder, seed, length=length, diagnostics=False, **others)
    section = section_of(tmp_path)
    assert section.factors == ["length"]
    assert section.columns == ["length", "learning_rate", "steps"]
    names = [group.name() for group in section.groups]
    assert names == [
        "length=10 learning_rate=0.1 steps=1000",
        "length=20 learning_rate=0.05 steps=2000",
    ]
    assert names_together(section.together) == ["length with learning_rate and steps"]


@pytest.mark.parametrize("steps", [{"GRU": 100, "LSTM": 200}, {"GRU": 100, "LSTM": 100}])
def test_no_unit_is_named_without_the_setting_that_it_alone_has(steps, tmp_path):
    for unit in ("GRU", "LSTM"):
        for seed in (0, 1):
            others = {"trainer.steps": steps[unit]}
            make_run(tmp_path / f"{unit}_{seed}", seed, unit, diagnostics=False, **others)
    labels = {group.label("unit") for group in section_of(tmp_path).groups}
    differs = steps["GRU"] != steps["LSTM"]
    assert labels == {f"{u} steps={n}" if differs else u for u, n in steps.items()}
