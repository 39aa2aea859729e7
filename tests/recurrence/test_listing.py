"""The list of runs."""

import json
import os

import h5py
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.recurrence.catalogue import Catalogue
from rnnexp.recurrence.listing import listing, natural, runs_of
from rnnexp.recurrence.logdirs import Logdir
from rnnexp.recurrence.reader_process import ReaderProcess
from tests.recurrence.made import S, write


@pytest.fixture
def catalogue_of(tmp_path):
    readers = []

    def make(*folders):
        readers.append(ReaderProcess())
        logdirs = [Logdir(name, str(path)) for name, path in folders or [("", tmp_path)]]
        catalogue = Catalogue(logdirs, readers[-1])
        catalogue.runs(60)
        return catalogue

    yield make
    for reader in readers:
        reader.close()


def set_up(path, **settings):
    with h5py.File(path, "a") as file:
        file.attrs["title"] = f"seed {settings.get('seed')}"
        file.attrs["settings"] = json.dumps(settings)


def test_settings_are_in_common_or_a_runs_own(catalogue_of, tmp_path):
    set_up(write(tmp_path / "run 10"), seed=1, units=64, layer="GRU", only=True)
    set_up(write(tmp_path / "run 2"), seed=2, units=64, layer="GRU", flag=True)
    set_up(write(tmp_path / "run 1"), seed=3, units=64, layer="LSTM", flag=1)
    write(tmp_path / "own fit")
    told = listing(catalogue_of(), [])
    assert told["common"] == {"units": 64}
    assert [run["name"] for run in told["runs"]] == ["own fit", "run 1", "run 2", "run 10"]
    own = {run["name"]: run["own"] for run in told["runs"]}
    assert own == {
        "own fit": {},
        "run 1": {"seed": 3, "layer": "LSTM", "flag": 1},
        "run 2": {"seed": 2, "layer": "GRU", "flag": True},
        "run 10": {"seed": 1, "layer": "GRU", "only": True},
    }
    assert [run["title"] for run in told["runs"]] == ["", "seed 3", "seed 2", "seed 1"]
    assert {run["steps"] for run in told["runs"]} == {S}


def test_a_run_without_a_readable_file_is_listed_with_its_problem(catalogue_of, tmp_path):
    write(tmp_path / "good")
    write(tmp_path / "cut").write_bytes(write(tmp_path / "cut").read_bytes()[:3000])
    (tmp_path / "events").mkdir()
    os.symlink("/etc", tmp_path / "link")
    told = listing(catalogue_of(), ["good/tensorboard", "events", "link/x"])
    problems = {run["name"]: run["problem"] for run in told["runs"]}
    assert list(problems) == ["cut", "good", "events", "link/x"]
    assert problems["good"] is None
    assert "diagnostics.nc cannot be read (" in problems["cut"]
    assert "there is no diagnostics.nc: " in problems["events"]
    assert "symbolic link" in problems["link/x"]
    assert {tuple(sorted(run)) for run in told["runs"]} == {tuple(sorted(told["runs"][0]))}


def test_very_many_runs_without_a_file_are_counted(catalogue_of, tmp_path):
    write(tmp_path / "run")
    others = [f"foreign/{i}" for i in range(400)]
    told = listing(catalogue_of(), ["run", *others])
    assert ([run["name"] for run in told["runs"]], told["others"]) == (["run"], 400)


OF_A_RUN = ["run", "run/tensorboard", "run/train", "run/tensorboard/validation"]


def test_which_runs_of_tensorboard_belong_to_a_run(catalogue_of, tmp_path):
    write(tmp_path / "run")
    others = ["running", "other", "other/tensorboard", "run/deep/er/tensorboard"]
    catalogue = catalogue_of()
    told = listing(catalogue, [*OF_A_RUN, *others])
    assert [run["name"] for run in told["runs"]] == ["run", *sorted(others)]
    assert told["runs"][0]["tensorboard_run"] == "run/tensorboard"
    folder = str(tmp_path / "run")
    assert set(runs_of(folder, catalogue.logdirs, [*OF_A_RUN, *others])) == set(OF_A_RUN)
    assert listing(catalogue, ["run"])["runs"][0]["tensorboard_run"] == "run"
    assert listing(catalogue, [])["runs"][0]["tensorboard_run"] is None


def test_names_begin_as_those_of_tensorboard_in_several_folders(catalogue_of, tmp_path):
    for folder in ("a/run", "b/run", "c/run"):
        write(tmp_path / folder)
    catalogue = catalogue_of(("one", tmp_path / "a"), ("", tmp_path / "b"), ("", tmp_path / "c"))
    told = listing(catalogue, ["one/run/tensorboard", "run"])
    assert [run["name"] for run in told["runs"]] == ["one/run", "run", "run (2)"]
    runs = {run["name"]: run["tensorboard_run"] for run in told["runs"]}
    assert (runs["one/run"], runs["run"]) == ("one/run/tensorboard", "run")


def test_a_file_under_a_link_is_not_listed_twice(catalogue_of, tmp_path):
    write(tmp_path / "run")
    (tmp_path / "link").symlink_to("run")
    told = listing(catalogue_of(), ["run/tensorboard", "link/tensorboard"])
    assert [run["name"] for run in told["runs"]] == ["run"]


@given(st.lists(st.integers(0, 10**20), unique=True), st.text())
def test_names_are_sorted_as_numbers_where_they_are(numbers, text):
    names = [f"{text}{number}" for number in numbers if number < 10**18]
    expected = [f"{text}{number}" for number in sorted(numbers) if number < 10**18]
    if not text[-1:].isdigit():
        assert sorted(names, key=natural) == expected
    sorted([text, *names, "0", "a", ""], key=natural)  # any two names can be compared
