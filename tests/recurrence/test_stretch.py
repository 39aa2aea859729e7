"""The numbers that the page gets are those that xarray reads at the same labels."""

import h5py
import numpy as np
import pytest
import xarray
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.dashboard.history import load_history
from rnnexp.recurrence.hdf5 import opened
from rnnexp.recurrence.problems import Problem
from rnnexp.recurrence.stretch import stretch
from tests.recurrence.made import GATES, M, S, T, layer, write

SIZES = {"step": S, "gate": len(GATES), "time": T, "unit": M}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    layers = {"gru": layer(), "both/forward": layer(1), "both/backward": layer(2)}
    return write(tmp_path_factory.mktemp("run"), layers)


@pytest.fixture(scope="module")
def loaded(path):
    return load_history(path)


def read(path, name, query, of="gru"):
    with opened(str(path)) as (file, _):
        header, data = stretch(file, of, name, query)
    return header, np.frombuffer(data, "<f4").reshape(header["shape"])


@given(data=st.data())
def test_a_stretch_is_what_xarray_selects_at_the_labels_that_it_tells(data, path, loaded):
    of = data.draw(st.sampled_from(["gru", "both/forward", "both/backward"]))
    name = data.draw(st.sampled_from(sorted(loaded[of].data_vars)))
    array = loaded[of][name]
    array = array.assign_coords(unit=range(1, M + 1)) if "unit" in array.dims else array
    query = {}
    for dim in array.dims:
        index = data.draw(st.none() | st.integers(-SIZES[dim], SIZES[dim] - 1), f"index of {dim}")
        most = data.draw(st.none() | st.integers(1, 2000), f"most {dim}")
        query |= {dim: str(index)} if index is not None else {}
        query |= {f"most_{dim}": str(most)} if most is not None and index is None else {}
    header, numbers = read(path, name, query, of)
    expected = array.isel({dim: int(query[dim]) for dim in array.dims if dim in query})
    assert header["dims"] == list(expected.dims)
    assert header["full"] == dict(array.sizes)
    assert header["attrs"] == {key: array.attrs.get(key, "") for key in ("long_name", "units")}
    for dim, told in header["fixed"].items():
        assert told["label"] == expected[dim].item()
    for dim in expected.dims:
        assert len(header["labels"][dim]) <= int(query.get(f"most_{dim}", 256))
        assert header["labels"][dim][-1] == expected[dim].values[-1]
    expected = expected.sel(header["labels"])
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(numbers, expected.values.astype("float32"))


@given(near=st.integers(-100, 100))
def test_the_entry_nearest_to_a_label_is_that_of_xarray(near, path, loaded):
    header, numbers = read(path, "gate_at", {"near_step": str(near)})
    steps = loaded["gru"]["step"].values
    told = header["fixed"]["step"]
    assert abs(told["label"] - near) == np.abs(steps - near).min()
    expected = loaded["gru"]["gate_at"].sel(step=told["label"])
    np.testing.assert_array_equal(numbers, expected.values.astype("float32"))
    assert numbers.shape == (len(GATES), T)
    assert steps[told["index"]] == told["label"]


def test_numbers_beyond_float32_are_infinite(path):
    _, numbers = read(path, "retention", {})
    assert set(np.unique(numbers)) == {-np.inf, np.inf}


def test_a_long_variable_is_thinned_along_its_longest_dimensions(tmp_path):
    values = np.arange(3 * 2000 * 900, dtype="float32").reshape(3, 2000, 900)
    long = xarray.Dataset({"values": (("gate", "step", "time"), values)})
    path = write(tmp_path, {"gru": long})
    header, numbers = read(path, "values", {"most_step": "5000", "most_time": "5000"})
    assert numbers.size <= 2**18
    assert header["labels"]["gate"] == [1, 2, 3]
    at = np.ix_(*(np.array(header["labels"][dim]) - 1 for dim in header["dims"]))
    np.testing.assert_array_equal(numbers, values[at])
    assert [header["labels"][dim][-1] for dim in header["dims"]] == list(values.shape)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"step": str(S)}, f"step={S}; expected -{S} to {S - 1}"),
        ({"step": str(-S - 1)}, "expected"),
        ({"step": "1.5"}, "expected a whole number"),
        ({"step": ""}, "expected a whole number"),
        ({"step": "9" * 40}, "expected a whole number"),
        ({"most_step": "0"}, "expected 1 to 4096"),
        ({"most_step": "-3"}, "expected 1 to 4096"),
        ({"stepp": "0"}, "'stepp' is not a dimension; expected one of"),
        ({"unit": "0"}, "'unit' is not a dimension"),
        ({"near_unit": "0"}, "'unit' is not a dimension"),
        ({"near_step": "nan"}, "expected a whole number"),
    ],
)
def test_a_wrong_index_is_told(query, expected, path):
    with pytest.raises(Problem, match=expected) as raised:
        read(path, "gate_at", query)
    assert raised.value.code == 400


@pytest.mark.parametrize("name", ["", "no", "gru/gate_at", "../gru/gate_at", "/gru/gate_at", "."])
def test_a_variable_that_is_not_there_is_told(name, path):
    with pytest.raises(Problem, match="there is no variable") as raised:
        read(path, name, {})
    assert raised.value.code == 404


@pytest.mark.parametrize("name", ["no", "both", "gru/step", "../gru", "/gru", "/", "."])
def test_only_listed_layers_are_read(name, path):
    with pytest.raises(Problem, match="there is no layer"):
        read(path, "gate_at", {}, of=name)


def test_names_are_no_numbers(path):
    with pytest.raises(Problem, match="expected numbers"):
        read(path, "gate", {})


def test_variables_of_the_whole_file_and_without_named_dimensions_are_read(path, tmp_path):
    copy = tmp_path / "copy.nc"
    copy.write_bytes(path.read_bytes())
    tokens = np.arange(12).reshape(3, 4)
    with h5py.File(copy, "a") as file:
        file["probe_input"] = tokens
        file["scalar"] = 2.5
        file["empty"] = np.zeros((0, 4))
    header, numbers = read(copy, "probe_input", {"dim_0": "-1"}, of="")
    assert header["labels"] == {"dim_1": [1, 2, 3, 4]}
    np.testing.assert_array_equal(numbers, tokens[-1])
    assert read(copy, "scalar", {}, of="")[1] == 2.5
    assert read(copy, "empty", {}, of="")[0]["shape"] == [0, 4]
