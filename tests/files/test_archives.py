"""Archives of NumPy arrays: what was saved is read, and nothing that a file makes up."""

import io
import os
import zipfile

import numpy as np
import pytest

from rnnexp.files.archives import read_archive
from rnnexp.files.reading import Unreadable

ARRAYS = {
    "x": np.random.default_rng(0).normal(size=(4, 3)),
    "labels": np.array(["a", "bcd"]),
    "empty": np.zeros((0, 2), "int8"),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_what_numpy_saved_is_read(save, tmp_path):
    save(tmp_path / "a.npz", **ARRAYS)
    found = read_archive(tmp_path / "a.npz")
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def saved(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def header(shape):
    """The beginning of an array of this shape, with one number in it."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return file.getvalue() + bytes(8)


BAD = {
    "objects": (
        saved(np.array([[1], [1, 2]], dtype=object)),
        "x is an array of Python objects, .*lengths=",
    ),
    "a larger shape": (header((10**12,)), r"x is announced as \(1000000000000,\) of float64"),
    "a negative shape": (header((-1,)), r"x is announced as \(-1,\) of float64 but has 8 bytes"),
    "a shape of text": (header(("a",)), "it is no complete .npz file"),
    "no array": (b"nothing", "it is no complete .npz file"),
    "no bytes": (b"", "it is no complete .npz file"),
    "a half array": (saved(ARRAYS["x"])[:-9], r"x is announced as \(4, 3\) of float64 but has 87"),
    "another version": (b"\x93NUMPY\x09\x00" + bytes(99), "an array of format"),
}


@pytest.mark.parametrize("kind", BAD)
def test_an_array_that_is_not_what_it_says_is_refused(kind, tmp_path):
    data, message = BAD[kind]
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", data)
    with pytest.raises(Unreadable, match=message):
        read_archive(tmp_path / "a.npz")


@pytest.mark.parametrize("kept", [0, 10, 200, -1])
def test_a_file_that_is_not_whole_is_refused(kept, tmp_path):
    np.savez(tmp_path / "a.npz", **ARRAYS)
    data = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(data[:kept])
    with pytest.raises(Unreadable, match=r"it is no complete .npz file .*: write it with numpy.sa"):
        read_archive(tmp_path / "a.npz")


def test_a_single_changed_byte_is_noticed(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(1000))
    data = bytearray((tmp_path / "a.npz").read_bytes())
    data[4000] ^= 1
    (tmp_path / "a.npz").write_bytes(data)
    with pytest.raises(Unreadable, match="Bad CRC-32"):
        read_archive(tmp_path / "a.npz")


def test_more_than_the_machine_has_is_refused_before_it_is_read(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(10**6))
    assert (tmp_path / "a.npz").stat().st_size < 10**5
    monkeypatch.setattr(os, "sysconf", lambda _: 1000)  # pages, and the bytes of a page
    with pytest.raises(Unreadable, match=r"its arrays take .* GiB, this machine has .* of memory"):
        read_archive(tmp_path / "a.npz")


def test_nothing_is_no_file_and_a_folder_is_not_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_archive(tmp_path / "none.npz")
    with pytest.raises(Unreadable, match="not a regular file"):
        read_archive(tmp_path)
