"""Datasets read back as they were written."""

import numpy as np
import pytest
import xarray

from rnnexp.files.netcdf import read_datasets, write_datasets


@pytest.mark.parametrize("names", [["one"], ["b", "a", "b/inner"]])
def test_datasets_come_back_in_their_order(tmp_path, names):
    written = {
        name: xarray.Dataset({"h": (("time",), np.arange(3.0) + i)}, attrs={"unit": name})
        for i, name in enumerate(names)
    }
    write_datasets(tmp_path / "d.nc", written)
    read = read_datasets(tmp_path / "d.nc")
    assert list(read) == names
    for name in names:
        xarray.testing.assert_identical(read[name], written[name])


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "d.nc"
    write_datasets(path, {"one": xarray.Dataset({"h": ("time", [1.0])})})
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_datasets(path, {"one": xarray.Dataset(attrs={"wrong": object()})})
    assert path.read_bytes() == before
