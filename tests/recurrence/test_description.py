"""What is told of a file agrees with what rnnexp itself loads of it."""

import json

import h5py
import pytest

from rnnexp.dashboard.history import load_history
from rnnexp.recurrence.description import description, summary
from rnnexp.recurrence.hdf5 import opened
from tests.recurrence.made import LAYER, M, S, layer, write


@pytest.fixture
def path(tmp_path):
    return write(tmp_path, {"gru": layer(), "both/forward": layer(1), "a<b>": layer(2)})


def told(path, what, *arguments):
    with opened(str(path)) as (file, _):
        return what(file, *arguments)


def test_the_summary_tells_the_layers_in_the_order_of_the_model(path):
    found = told(path, summary)
    layers = load_history(path)
    assert [of["name"] for of in found["layers"]] == list(layers) == ["gru", "both/forward", "a<b>"]
    for of in found["layers"]:
        dataset = layers[of["name"]]
        assert (of["units"], of["timesteps"]) == (dataset.sizes["unit"], dataset.sizes["time"])
        assert of["states"] == json.loads(dataset.attrs["states"])
        assert of["gates"] == json.loads(dataset.attrs["gates"]) == dataset["gate"].values.tolist()
        assert of["memory"] == dataset.attrs["memory"]
        assert (found["steps"], found["last_step"]) == (S, dataset["step"].values[-1])


def test_the_description_tells_each_variable_and_label(path):
    found, dataset = told(path, description, "both/forward"), load_history(path)["both/forward"]
    assert set(found["variables"]) == set(dataset.data_vars)
    for name, variable in found["variables"].items():
        assert tuple(variable["dims"]) == dataset[name].dims
        assert tuple(variable["shape"]) == dataset[name].shape
        assert variable["units"] == dataset[name].attrs.get("units", "")
    assert found["full"] == dict(dataset.sizes)
    for dim in ("step", "gate", "time"):
        assert found["labels"][dim] == dataset[dim].values.tolist()
    assert found["labels"]["unit"] == list(range(1, M + 1))
    assert found["attributes"] == {**LAYER, "states": ["h"], "gates": ["z", "r"]}


def test_a_long_dimension_has_2000_labels_at_most_and_its_full_size(tmp_path):
    long = layer().isel(time=[0] * 5000).assign_coords(time=range(5000))
    found = told(write(tmp_path, {"gru": long}), description, "gru")
    assert found["full"]["time"] == 5000
    labels = found["labels"]["time"]
    assert (labels[0], labels[-1]) == (0, 4999)
    assert 1000 < len(labels) <= 2000


def test_titles_and_settings_are_told(path):
    with h5py.File(path, "a") as file:
        file.attrs["title"] = "<b>GRU</b> learns “Recall” (T=50)"
        file.attrs["settings"] = '{"seed": 1, "rate": NaN, "huge": 1e999, "name": "<script>"}'
    found = told(path, summary)
    assert found["title"] == "<b>GRU</b> learns “Recall” (T=50)"
    assert found["settings"] == {"seed": 1, "rate": None, "huge": None, "name": "<script>"}


@pytest.mark.parametrize(
    "settings", ["{", "[1]", "[" * 100_000, "NaN", "1", 3.5, [1.0, float("nan")], h5py.Empty("S1")]
)
def test_settings_of_any_other_kind_are_none(settings, path):
    with h5py.File(path, "a") as file:
        file.attrs["settings"] = settings
    assert told(path, summary)["settings"] == {}


@pytest.mark.parametrize(
    "value",
    [float("nan"), 3, [1, 2], b"\xff\xfe", "", h5py.Empty("f4"), ["a", "b"], "{}", '[1, "h"]'],
)
def test_attributes_of_any_type_become_text(value, path):
    with h5py.File(path, "a") as file:
        for name in ("states", "gates", "memory", "layer_class", "weights"):
            file["gru"].attrs[name] = value
        file["gru/gate_at"].attrs["units"] = value
        file.attrs["title"] = value
    first = told(path, summary)["layers"][0]
    assert all(isinstance(name, str) for name in first["states"] + first["gates"])
    found = told(path, description, "gru")
    json.dumps([first, found], allow_nan=False)
    assert isinstance(found["attributes"]["memory"], str)
    assert isinstance(found["variables"]["gate_at"]["units"], str)


def test_huge_attributes_are_left_out(path):
    with h5py.File(path, "a") as file:
        file["gru"].attrs["memory"] = "x" * 10**6
        file["gru"].attrs.create("equation", "x" * 60_000, dtype="S60000")
    found = told(path, description, "gru")["attributes"]
    assert found["memory"] == "(1000000 characters, left out)"
    assert found["equation"] == "x" * 60_000


def test_a_file_without_units_and_steps_is_told_as_such(tmp_path):
    path = tmp_path / "bare.nc"
    with h5py.File(path, "w") as file:
        file.attrs["layers"] = ["gru"]
        file.create_group("gru")["step"] = "a text"
    (first,) = told(path, summary)["layers"]
    assert (first["units"], first["timesteps"], first["gates"]) == (None, None, [])
    assert told(path, summary)["steps"] == 0
