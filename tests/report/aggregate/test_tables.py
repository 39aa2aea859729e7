"""The columns of groups.csv against the same taken from the files by xarray."""

import numpy as np
import pytest
import xarray

from rnnexp.report.aggregate.tables import groups_table, runs_table
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import read_runs
from tests.report.folders import MEMORY, layer, make_run, write_diagnostics

SEEDS = (0, 1, 2)


def only_row(place):
    (row,) = groups_table(group_runs(read_runs([place]))).to_dict("records")
    return row


UNITS = ["GRU", "LSTM", "SimpleRNN", "Wide", "old GRU", "old LSTM"]


@pytest.fixture(scope="module", params=UNITS)
def folders(request, tmp_path_factory):
    """Runs of a unit; those of old ones do not name their states."""
    old, unit = request.param.startswith("old"), request.param.removeprefix("old ")
    place = tmp_path_factory.mktemp(unit)
    return [make_run(place / str(seed), seed, unit, 9, names=not old) for seed in SEEDS]


@pytest.fixture(scope="module")
def row(folders):
    return only_row(folders[0].parent)


def measured(folders, name, step):
    """A variable of every run at a training step, of the gradient at the memory."""
    found = []
    for folder in folders:
        data = xarray.open_dataset(folder / "diagnostics.nc", group="recurrent_1").sel(step=step)
        if "gradient" in data[name].dims:
            data = data.sel(gradient=f"d_{MEMORY[data.attrs['equation']]}")
        found.append(data[name].values)
    return np.array(found)


@pytest.mark.parametrize(("when", "step"), [("before", 0), ("after", 60)])
def test_reach_is_of_the_state_that_carries_the_memory(when, step, folders, row):
    for name in ("horizon", "half_life", "earliest_quarter"):
        expected = measured(folders, name, step)
        assert row[f"{name}_{when}_median"] == pytest.approx(np.median(expected))
        assert row[f"{name}_{when}_low"] == pytest.approx(expected.min())
        assert row[f"{name}_{when}_high"] == pytest.approx(expected.max())


@pytest.mark.parametrize(("when", "step"), [("before", 0), ("after", 60)])
def test_carried_is_of_the_first_state(when, step, folders, row):
    expected = measured(folders, "carried", step)[:, 0]
    assert row[f"carried_{when}_median"] == pytest.approx(np.median(expected))


def test_a_layer_that_goes_backwards_begins_at_the_end(tmp_path):
    folder = make_run(tmp_path / "run", diagnostics=False)
    one = layer(np.random.default_rng(0), "GRU", 10)
    write_diagnostics(folder, {"both/backward": one})
    expected = one["carried"].sel(step=60, time=10).item()
    assert only_row(tmp_path)["carried_after_median"] == pytest.approx(expected)


def test_what_was_not_measured_is_empty(tmp_path):
    make_run(tmp_path / "run", diagnostics=False)
    row = only_row(tmp_path)
    empty = [name for name, value in row.items() if isinstance(value, float) and np.isnan(value)]
    assert {"horizon_after_median", "carried_before_high", "score_low"} <= set(empty)
    assert "score_mean" not in empty


def test_runs_that_have_not_completed_count_as_such_alone(tmp_path):
    make_run(tmp_path / "good", 0, summary={"score": 0.5, "solved": False})
    make_run(tmp_path / "bad", 1, summary={"state": "failed", "score": None})
    row = only_row(tmp_path)
    assert (row["runs_completed"], row["runs_not_completed"]) == (1, 1)
    assert (row["score_mean"], row["solved"], row["solved_share"]) == (0.5, 0, 0)


def test_a_group_without_a_completed_run_has_a_row(tmp_path):
    make_run(tmp_path / "bad", summary={"state": "failed", "score": None})
    row = only_row(tmp_path)
    assert (row["runs_completed"], row["runs_not_completed"]) == (0, 1)
    assert np.isnan(row["score_mean"])


def test_every_run_has_a_row_of_its_own(tmp_path):
    make_run(tmp_path / "good", 3)
    make_run(tmp_path / "bad", 4, summary={"state": "failed", "error": "no luck"})
    found = runs_table(read_runs([tmp_path])).set_index("state")
    assert list(found["seed"]) == [4, 3]
    assert found.loc["failed", "reason"] == "no luck"
    assert not isinstance(found.loc["completed", "reason"], str)
