"""Curves over seeds against plain pandas and xarray."""

import numpy as np
import pandas as pd
import pytest
import xarray

from rnnexp.report.aggregate.curves import (
    curve_over_time,
    curve_over_training,
    learning_curve,
    relative_gradient,
)
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.layer_measurements import AFTER, BEFORE
from rnnexp.report.read.runs import read_runs
from tests.report.folders import layer, make_run, write_diagnostics


def group(tmp_path):
    ((found,),) = (section.groups for section in group_runs(read_runs([tmp_path])))
    return found


@pytest.fixture
def folders(tmp_path):
    return [make_run(tmp_path / f"{seed}", seed, "LSTM", 7) for seed in range(4)]


def stacked(folders, name):
    """A variable of every run, with a dimension for the seed."""
    trees = [xarray.open_dataset(f / "diagnostics.nc", group="recurrent_1") for f in folders]
    return xarray.concat([tree[name] for tree in trees], "seed")


def test_a_learning_curve_is_the_median_and_the_range_at_every_step(folders, tmp_path):
    rows = pd.concat([pd.read_csv(folder / "metrics.csv") for folder in folders])
    expected = rows.groupby("step")["val_accuracy"].agg(["median", "min", "max"])
    found = learning_curve(group(tmp_path), "val_accuracy")
    np.testing.assert_array_equal(found.x, expected.index)
    np.testing.assert_allclose(np.transpose(found[1:4]), expected.to_numpy())
    assert found.n == 4


def test_it_ends_where_the_first_of_its_seeds_does(folders, tmp_path):
    path = folders[2] / "metrics.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert list(learning_curve(group(tmp_path), "val_accuracy").x) == [20, 40]


@pytest.mark.parametrize(("when", "step"), [(BEFORE, 0), (AFTER, 60)])
def test_over_time_is_of_the_step_asked_for(when, step, folders, tmp_path):
    expected = stacked(folders, "gate_at").sel(gate="f", step=step)
    found = curve_over_time(group(tmp_path), 0, when, "gate_at", "f")
    np.testing.assert_allclose(found.middle, expected.median("seed"))
    np.testing.assert_allclose(found.low, expected.min("seed"))
    np.testing.assert_allclose(found.high, expected.max("seed"))


def test_backwards_is_relative_to_the_last_step_the_gradient_reaches(tmp_path):
    rng = np.random.default_rng(1)
    folder = make_run(tmp_path / "run", unit="LSTM", length=6, diagnostics=False)
    found = layer(rng, "LSTM", 6)
    found["gradient_norm"].loc[{"gradient": "d_c"}] = [8.0, 4.0, 0.0, 2.0, 4.0, 0.0]
    write_diagnostics(folder, {"lstm": found})
    np.testing.assert_array_equal(
        relative_gradient(group(tmp_path), 0, AFTER).middle, [1, 0.5, np.nan, 1, 2]
    )


@pytest.mark.parametrize("unit", ["GRU", "LSTM"])
def test_a_layer_that_goes_backwards_ends_at_the_first_timestep(unit, tmp_path):
    rng = np.random.default_rng(1)
    folder = make_run(tmp_path / "run", unit=unit, length=5, diagnostics=False)
    one = layer(rng, unit, 5)
    turned = one.isel(time=slice(None, None, -1)).assign_coords(time=one["time"])
    write_diagnostics(folder, {"both/forward": one, "both/backward": turned})
    forward, backward = (relative_gradient(group(tmp_path), i, AFTER) for i in (0, 1))
    np.testing.assert_array_equal(forward.middle, backward.middle)


def test_over_training_is_at_every_step_measured(folders, tmp_path):
    expected = stacked(folders, "horizon").sel(gradient="d_c").median("seed")
    found = curve_over_training(group(tmp_path), 0, "horizon")
    np.testing.assert_array_equal(found.x, expected["step"])
    np.testing.assert_allclose(found.middle, expected)


def test_dimensions_in_another_order_are_the_same_numbers(tmp_path):
    one = layer(np.random.default_rng(0), "GRU", 5)
    for name, dataset in {"a": one, "b": one.transpose("unit", "time", ...)}.items():
        write_diagnostics(make_run(tmp_path / name, length=5, diagnostics=False), {"gru": dataset})
    a, b = (run.layers[0].variables for run in read_runs([tmp_path]))
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])


def test_before_and_after_are_the_first_and_last_step_with_a_value(tmp_path):
    folder = make_run(tmp_path / "run", length=5, diagnostics=False)
    found = layer(np.random.default_rng(0), "GRU", 5)
    found["retention"].loc[{"step": 60}] = np.nan
    write_diagnostics(folder, {"gru": found})
    after = curve_over_time(group(tmp_path), 0, AFTER, "retention")
    np.testing.assert_array_equal(after.middle, found["retention"].sel(step=30))


def test_a_run_measured_once_before_training_has_no_after(tmp_path):
    folder = make_run(tmp_path / "run", length=5, diagnostics=False)
    write_diagnostics(folder, {"gru": layer(np.random.default_rng(0), "GRU", 5, steps=(0,))})
    assert curve_over_time(group(tmp_path), 0, BEFORE, "retention") is not None
    assert curve_over_time(group(tmp_path), 0, AFTER, "retention") is None
