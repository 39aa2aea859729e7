"""Whatever stands in a diagnostics.nc, the answer says what is wrong with it."""

import json
import os

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnexp.recurrence.problems import Problem
from rnnexp.recurrence.reader_process import ReaderProcess
from tests.recurrence.made import ask, layer, write

ARRAY = {"layer": "gru", "name": "gate_at", "query": {}}


@pytest.fixture(scope="module")
def reader():
    process = ReaderProcess(seconds=3)
    yield process
    process.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write(tmp_path_factory.mktemp("run"), {"gru": layer()}).read_bytes()


def other_hdf5(path):
    with h5py.File(path, "w") as file:
        file["gate_at"] = [1.0]


def layers_as(value):
    def write_it(path):
        with h5py.File(path, "w") as file:
            file.attrs["layers"] = value

    return write_it


BAD = {
    "empty": (lambda path: path.write_bytes(b""), "it is empty"),
    "text": (lambda path: path.write_text("step,loss\n0,1\n"), "it is not a NetCDF-4 file"),
    "netcdf 3": (lambda path: path.write_bytes(b"CDF\x01" + bytes(100)), "not a NetCDF-4 file"),
    "signature alone": (lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n"), "cannot be read"),
    "pipe": (os.mkfifo, "it is not a regular file"),
    "folder": (os.mkdir, "it is not a regular file"),
    "of another program": (other_hdf5, "no attribute `layers`"),
    "layers are numbers": (layers_as([1.0, np.nan]), "`layers` is not a list of names"),
    "layers are huge": (layers_as("x" * 10**6), "is missing"),
    "a layer is missing": (layers_as(["gru"]), "its layer 'gru' is missing"),
    "the name is no path": (layers_as(["a//b", "."]), "its layer 'a//b' is missing"),
}


@pytest.mark.parametrize(("make", "expected"), BAD.values(), ids=BAD)
def test_what_is_wrong_with_a_file_is_told(make, expected, reader, tmp_path):
    path = tmp_path / "diagnostics.nc"
    make(path)
    with pytest.raises(Problem, match=expected) as raised:
        ask(reader, "summary", path)
    assert (raised.value.code, len(str(raised.value)) < 400) == (404, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is allowed to the superuser")
def test_a_file_that_may_not_be_read_is_told(reader, whole, tmp_path):
    path = tmp_path / "diagnostics.nc"
    path.write_bytes(whole)
    path.chmod(0)
    with pytest.raises(Problem, match=r"cannot be read \(Permission denied\)"):
        ask(reader, "summary", path)
    path.chmod(0o600)
    assert ask(reader, "summary", path).answer["layers"]


@given(cut=st.integers(8, 10_000))
@settings(max_examples=30)
def test_a_truncated_file_is_told(cut, reader, whole, tmp_path_factory):
    path = tmp_path_factory.mktemp("cut") / "diagnostics.nc"
    path.write_bytes(whole[: min(cut, len(whole) - 1)])
    with pytest.raises(Problem, match="cannot be read"):
        ask(reader, "summary", path)


@given(data=st.data())
@settings(max_examples=40)
def test_a_damaged_file_gives_an_answer_or_a_problem(data, reader, whole, tmp_path_factory):
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(8, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("damaged") / "diagnostics.nc"
    path.write_bytes(damaged)
    for kind, request in {"summary": {}, "layer": {"layer": "gru"}, "array": ARRAY}.items():
        try:
            answer = ask(reader, kind, path, **request)
        except Problem as problem:
            assert problem.code in (400, 404)
        else:
            json.dumps(answer.answer, allow_nan=False)


@pytest.fixture
def secret(tmp_path):
    """A file outside of the run's folder, whose numbers nobody may see."""
    path = tmp_path / "secret.h5"
    with h5py.File(path, "w") as file:
        file["values"] = np.full(8, 42.0)
        file.create_group("gru")["values"] = np.full(8, 42.0)
    return path


def external_link(group, secret):
    group["gate_at"] = h5py.ExternalLink(str(secret), "/values")


def soft_link(group, secret):
    group.file["hidden"] = h5py.ExternalLink(str(secret), "/")
    group["gate_at"] = h5py.SoftLink("/hidden/values")


def external_storage(group, secret):
    group.create_dataset("gate_at", (8,), "f8", external=[(str(secret), 0, 64)])


def virtual(group, secret):
    layout = h5py.VirtualLayout((8,), "f8")
    layout[:] = h5py.VirtualSource(str(secret), "values", (8,))
    group.create_virtual_dataset("gate_at", layout)


def virtual_coordinate(group, secret):
    virtual(group, secret)
    group.move("gate_at", "time")
    group["time"].make_scale("time")
    group["gate_at"] = np.zeros(8)
    group["gate_at"].dims[0].attach_scale(group["time"])


@pytest.mark.parametrize(
    "place", [external_link, soft_link, external_storage, virtual, virtual_coordinate]
)
def test_no_other_file_is_read_by_way_of_this_one(place, reader, secret, tmp_path):
    path = tmp_path / "diagnostics.nc"
    with h5py.File(path, "w") as file:
        file.attrs["layers"] = ["gru"]
        place(file.create_group("gru"), secret)
    with h5py.File(path) as file:  # HDF5 itself would follow
        assert place is external_storage or 42.0 in [
            *file["gru/gate_at"],
            *file["gru"].get("time", []),
        ]
    told = ask(reader, "layer", path, layer="gru").answer
    assert "42" not in json.dumps(told)
    try:
        array = ask(reader, "array", path, **ARRAY)
    except Problem as problem:
        assert "no variable" in str(problem)
    else:
        assert "42" not in json.dumps(array.answer["labels"])
        assert not np.frombuffer(array.numbers, "<f4").any()


def test_a_layer_in_another_file_is_not_read(reader, secret, tmp_path):
    path = tmp_path / "diagnostics.nc"
    with h5py.File(path, "w") as file:
        file.attrs["layers"] = ["gru"]
        file["gru"] = h5py.ExternalLink(str(secret), "/gru")
    with pytest.raises(Problem, match="its layer 'gru' is missing"):
        ask(reader, "layer", path, layer="gru")


def test_names_that_are_no_text_are_shown_as_far_as_they_are(reader, tmp_path):
    path = tmp_path / "diagnostics.nc"
    with h5py.File(path, "w") as file:
        file.attrs["layers"] = ["gru"]
        group = file.create_group("gru")
        h5py.h5g.create(group.id, b"\xff\xfe")
        group["<img src=x onerror=alert(1)>"] = np.zeros(3)
        group.attrs["<script>"] = "</script>"
    told = ask(reader, "layer", path, layer="gru").answer
    assert list(told["variables"]) == ["<img src=x onerror=alert(1)>"]
    assert told["attributes"] == {"<script>": "</script>"}


def test_an_answer_with_very_many_names_is_refused(reader, tmp_path):
    path = tmp_path / "diagnostics.nc"
    with h5py.File(path, "w", track_order=False) as file:
        file.attrs["layers"] = [f"layer {i}" for i in range(900)]
        for i in range(900):
            file.create_group(f"layer {i}").attrs["equation"] = "x" * 1000
    with pytest.raises(Problem, match="its names and attributes take"):
        ask(reader, "summary", path)
    assert ask(reader, "layer", path, layer="layer 7").answer["variables"] == {}
