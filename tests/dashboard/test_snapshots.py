"""Which values of single units are kept: bounded in bytes, and the same after a resume."""

import numpy as np
import pytest
import xarray
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.dashboard.history import History, load_history
from rnnexp.dashboard.layer_history import LayerHistory
from rnnexp.dashboard.snapshots import as_snapshots, kept_steps

LIMIT, SEQUENCE_LIMIT, SNAPSHOT_LIMIT = 2**23, 2**20, 2**18
LAYER = {"equation": "GRU", "direction": "forward"}
steps = st.sets(st.integers(0, 10**6), min_size=1, max_size=300)


@given(steps, st.integers(1, 2**24))
def test_what_is_kept_is_bounded_and_has_the_first_and_the_last_step(measured, nbytes):
    kept = kept_steps(measured, nbytes)
    assert kept <= measured
    assert {min(measured), max(measured)} <= kept
    assert len(kept) <= max(4, LIMIT // nbytes) + 1
    if len(measured) * nbytes <= LIMIT:
        assert kept == measured


@given(steps, st.integers(2**16, 2**20))
def test_a_training_keeps_the_same_steps_whether_it_was_resumed_or_not(measured, nbytes):
    """What is kept at the end is kept from the time at which it was measured."""
    ordered = sorted(measured)
    at_end = kept_steps(ordered, nbytes)
    for n in range(1, len(ordered) + 1):
        assert at_end & set(ordered[:n]) <= kept_steps(ordered[:n], nbytes)


def values(steps, B=3, T=4, M=2, names=("unit_h", "unit_z")):
    rng = np.random.default_rng(0)
    dims = ("step", "batch", "time", "unit")
    arrays = {
        name: (dims, rng.normal(size=(len(steps), B, T, M)).astype("float32")) for name in names
    }
    return xarray.Dataset(arrays, {"step": list(steps), "time": np.arange(1, T + 1)})


@pytest.mark.parametrize("B, T, M", [(3, 4, 2), (9, 64, 64), (2, 5000, 512), (4, 3, 10**6)])
def test_a_snapshot_is_bounded_and_its_numbers_are_those_of_the_trace(B, T, M):
    whole = values([7], B, T, M)
    found = as_snapshots(whole)
    size = sum(array.nbytes for array in found.values())
    of_two_timesteps = whole.nbytes // (B * T) * 3  # at least the first and the last
    sequences, times = found["unit_h"]["sequence"].values, found["unit_h"]["kept_time"].values
    most = SNAPSHOT_LIMIT if len(sequences) > 1 else SEQUENCE_LIMIT
    assert size <= max(most + whole.nbytes // (B * T), of_two_timesteps)
    assert len(sequences) <= 4 and sequences[0] == 1
    assert (times[0], times[-1]) == (1, T)
    for name, array in found.items():
        expected = whole[name].sel(time=times).isel(batch=sequences - 1)
        np.testing.assert_array_equal(array, expected)


def test_snapshots_come_back_from_the_file_and_from_a_rewind(tmp_path):
    whole = values([0, 10, 20, 30])
    history = History(tmp_path / "diagnostics.nc")
    history.add("unit", as_snapshots(whole), LAYER)
    history.flush()
    found = load_history(history.path)["unit"]
    assert found["snapshot"].values.tolist() == [0, 10, 20, 30]
    xarray.testing.assert_identical(found, history.layer("unit"))
    np.testing.assert_array_equal(found["unit_h"].sel(sequence=2), whole["unit_h"].isel(batch=1))
    again = History(history.path)
    again.rewind(15)
    later = as_snapshots(whole.sel(step=[20, 30]))
    again.add("unit", later, LAYER)
    xarray.testing.assert_identical(again.layer("unit"), history.layer("unit"))


def test_a_long_training_keeps_a_bounded_number_of_them():
    big = values(range(200), B=1, T=64, M=512)
    layer = LayerHistory(dict(LAYER), {})
    for step in range(200):
        chosen = layer.steps_to_keep([step])
        assert chosen == [step]  # the last one
        layer.add({"loss": xarray.DataArray([1.0], {"step": [step]}, ("step",))})
        layer.add(as_snapshots(big.sel(step=chosen)))
    dataset = layer.dataset()
    assert sum(dataset[name].nbytes for name in big) <= LIMIT + big.nbytes // 200
    assert dataset["snapshot"].values[0] == 0 and dataset["snapshot"].values[-1] == 199
    assert len(set(np.diff(dataset["snapshot"].values)[:-1])) == 1  # evenly
    assert dataset["step"].size == 200


def test_what_is_measured_is_described_in_the_file(tmp_path):
    about = xarray.Dataset({"probe_input": ("probe_sequence", [1, 2])}, attrs={"title": "GRU"})
    history = History(tmp_path / "diagnostics.nc")
    history.describe(about, {"unit": {"formula": "h = x"}})
    history.add("unit", as_snapshots(values([0])), LAYER)
    history.flush()
    again = History(history.path)  # as another process, which does not describe
    again.read()
    again.add("unit", as_snapshots(values([5])), LAYER)
    again.flush()
    with xarray.open_datatree(history.path, engine="h5netcdf") as tree:
        assert tree.attrs["title"] == "GRU"
        assert tree["probe_input"].values.tolist() == [1, 2]
        assert tree["unit"].attrs == {**LAYER, "formula": "h = x"}
        assert tree["unit"]["snapshot"].values.tolist() == [0, 5]
