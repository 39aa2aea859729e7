"""A file is read only where HDF5 neither hangs nor crashes in it."""

import sys

import pytest

from rnnexp.dashboard import hdf5_check
from rnnexp.dashboard.hdf5_check import check_hdf5
from rnnexp.dashboard.history import History
from tests.dashboard.test_history import LAYER, measured


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "diagnostics.nc"
    history = History(path)
    history.add("unit", measured([0, 1]), LAYER)
    history.flush()
    return path


def test_a_file_that_was_written_is_readable(file):
    check_hdf5(file)


def test_what_is_cut_off_is_not(file):
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ValueError, match="truncated file"):
        check_hdf5(file)


# What HDF5 does in a damaged file, which another version may do in another one.
DAMAGE = {
    "import os; os.kill(os.getpid(), 11)": "reading it ends with signal 11",
    "import time; time.sleep(60)": "it is not read within 0.5 seconds",
}


@pytest.mark.parametrize(("happens", "expected"), DAMAGE.items(), ids=["crash", "hang"])
def test_what_takes_its_process_along_is_not(happens, expected, file, tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{happens}"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(hdf5_check, "_SECONDS", 0.5 if "sleep" in happens else 20)
    with pytest.raises(ValueError, match=expected):
        check_hdf5(file)


def test_nothing_of_the_current_folder_is_imported(file, tmp_path, monkeypatch):
    (tmp_path / "h5py.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    check_hdf5(file)
