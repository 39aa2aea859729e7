"""The arrays behind the pictures: what was added, what a file gives back, what is forgotten."""

import numpy as np
import pytest
import xarray

from rnnexp.dashboard.history import History, load_history
from tests.dashboard.measured import array, of_gates, of_gradients

LAYER = {"equation": "GRU", "direction": "forward"}


def measured(steps, seed=0, gates=("z", "r")):
    rng = np.random.default_rng(seed)
    return of_gates(rng, steps, gates) | of_gradients(rng, steps)


def at(steps, arrays):
    return {name: values.sel(step=steps) for name, values in arrays.items()}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "new" / "diagnostics.nc"


@pytest.mark.parametrize("names", [["only"], ["low", "both/forward", "both/backward"]])
def test_what_was_added_comes_back_from_the_file(names, file):
    history = History(file)
    added = {name: measured([0, 10, 20], seed) for seed, name in enumerate(names)}
    for name, arrays in added.items():
        history.add(name, arrays, LAYER)
    history.flush()
    found = load_history(file)
    assert list(found) == names == history.layers
    for name, dataset in found.items():
        xarray.testing.assert_identical(dataset, history.layer(name))
        assert dataset.attrs == LAYER
        for variable, values in added[name].items():
            xarray.testing.assert_equal(dataset[variable], values)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_steps_come_in_their_order_whichever_way_they_were_added(file):
    whole, arrays = measured([0, 1, 2, 5]), History(file)
    for steps in ([5], [0, 2], [1]):
        arrays.add("unit", at(steps, whole), LAYER)
    for name, values in whole.items():
        xarray.testing.assert_equal(arrays.layer("unit")[name], values)


def test_where_one_of_two_measures_is_missing_there_is_nan(file):
    rng = np.random.default_rng(0)
    gates, gradients = of_gates(rng, [0, 2, 4]), of_gradients(rng, [0, 3, 4])
    history = History(file)
    history.add("unit", gates, LAYER)
    history.add("unit", gradients, LAYER)
    found = history.layer("unit")
    assert found["step"].values.tolist() == [0, 2, 3, 4]
    for name, values in (gates | gradients).items():
        xarray.testing.assert_equal(found[name].sel(step=values["step"]), values)
        missing = found[name].drop_sel(step=values["step"].values)
        assert missing.isnull().all()


def test_nothing_measured_is_no_file(file):
    History(file).flush()
    assert not file.exists()


@pytest.mark.parametrize("step", [0, 3, 5, 9, 100])
def test_a_rewound_file_has_what_was_measured_up_to_the_step_and_goes_on(step, file):
    rng, steps = np.random.default_rng(0), [0, 3, 5, 10]
    gates, gradients = of_gates(rng, steps), of_gradients(rng, [0, 5, 10])
    first, whole = History(file), History(file.with_name("whole.nc"))
    for history in (first, whole):
        history.add("unit", gates, LAYER)
        history.add("unit", gradients, LAYER)
    first.flush()
    again = History(file)
    again.rewind(step)
    kept = whole.layer("unit").sel(step=[s for s in steps if s <= step])
    xarray.testing.assert_identical(load_history(file)["unit"], kept)
    for arrays in (gates, gradients):
        later = {
            n: a.sel(step=[s for s in a["step"].values if s > step]) for n, a in arrays.items()
        }
        if next(iter(later.values())).size:
            again.add("unit", later, LAYER)
    xarray.testing.assert_identical(again.layer("unit"), whole.layer("unit"))


def test_before_the_first_step_there_is_nothing(file):
    history = History(file)
    history.add("unit", measured([0, 4]), LAYER)
    history.flush()
    history.rewind(-1)
    assert (history.layers, file.exists()) == ([], False)
    history.rewind(5)  # there is no file: nothing to go on from
    assert history.layers == []


@pytest.mark.parametrize("step", [4, 100])
def test_what_is_no_number_survives_a_rewind(step, file):
    """A half-life that is never reached, the gates of a unit without any, a gradient of zero."""
    arrays = measured([0, 4, 8], gates=()) | {
        "half_life": array([[np.inf]] * 3, "gradient", step=[0, 4, 8], gradient=["d_h"]),
        "horizon": array([[np.nan]] * 3, "gradient", step=[0, 4, 8], gradient=["d_h"]),
    }
    arrays["gradient_norm"] = arrays["gradient_norm"].sel(gradient=["d_h"])
    for name in ("earliest_quarter", "farthest"):
        arrays[name] = arrays[name].sel(gradient=["d_h"])
    history = History(file)
    history.add("unit", arrays, LAYER)
    history.flush()
    before = history.layer("unit")
    history.rewind(step)
    xarray.testing.assert_identical(history.layer("unit"), before.sel(step=slice(step)))


def test_a_file_that_cannot_be_written_leaves_the_old_one(file):
    history = History(file)
    history.add("unit", measured([0]), LAYER)
    history.flush()
    before = file.read_bytes()
    history.add("unit", {"no_number": array([[1.0]], "unit").astype(object)}, LAYER)
    with pytest.raises(Exception, match=r".+"):
        history.flush()
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
