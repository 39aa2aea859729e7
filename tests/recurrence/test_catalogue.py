"""The runs that are known follow what stands on the disk."""

import os
import shutil
import signal
import time

import pytest

from rnnexp.recurrence import catalogue as module
from rnnexp.recurrence.catalogue import Catalogue
from rnnexp.recurrence.logdirs import Logdir
from rnnexp.recurrence.problems import Problem
from rnnexp.recurrence.reader_process import ReaderProcess
from tests.recurrence.made import S, layer, write


@pytest.fixture(autouse=True)
def short_rounds(monkeypatch):
    monkeypatch.setattr(module, "_SECONDS", 0.1)


@pytest.fixture
def logdir(tmp_path):
    return tmp_path / "logdir"


@pytest.fixture
def catalogue(logdir):
    reader = ReaderProcess()
    yield Catalogue([Logdir("", str(logdir))], reader)
    reader.close()


def known(catalogue):
    time.sleep(0.15)
    return {run.name: catalogue.summary(run) for run in catalogue.runs(60)}


def test_runs_appear_grow_break_and_vanish(catalogue, logdir):
    assert not catalogue.has_runs()
    path = write(logdir / "run", {"gru": layer().isel(step=slice(2))})
    first = known(catalogue)["run"]
    assert (first.problem, first.answer["steps"]) == (None, 2)
    assert catalogue.has_runs()
    write(logdir / "run", {"gru": layer()})
    second = known(catalogue)["run"]
    assert (second.problem, second.answer["steps"]) == (None, S)
    assert second.version != first.version
    path.write_bytes(path.read_bytes()[:-100])
    assert "truncated" in known(catalogue)["run"].problem
    write(logdir / "run")
    assert known(catalogue)["run"].problem is None
    shutil.rmtree(logdir)
    assert known(catalogue) == {}
    assert not catalogue.has_runs()


def test_a_run_that_is_asked_for_before_it_is_known_is_looked_for(catalogue, logdir):
    with pytest.raises(Problem, match="there is no run 'run'"):
        catalogue.run("run")
    write(logdir / "run")
    time.sleep(0.15)
    assert catalogue.run("run").name == "run"


@pytest.mark.parametrize(
    "name",
    ["..", "../logdir/run", "/etc", "run/", "./run", "run/..", "run/../run", "", "run\0", "RUN"],
)
def test_only_names_of_the_list_are_runs(name, catalogue, logdir):
    write(logdir / "run")
    assert "run" in known(catalogue)
    with pytest.raises(Problem, match="there is no run"):
        catalogue.run(name)


def test_a_link_that_is_put_in_the_place_of_a_run_is_not_followed(catalogue, logdir, tmp_path):
    write(tmp_path / "outside")
    path = write(logdir / "run")
    assert "run" in known(catalogue)
    found = catalogue.run("run")
    assert catalogue.version(found)
    path.unlink()
    with pytest.raises(Problem, match=r"there is no diagnostics\.nc any more"):
        catalogue.version(found)
    path.symlink_to(tmp_path / "outside" / "diagnostics.nc")
    with pytest.raises(Problem, match="leads out of --logdir"):
        catalogue.version(found)
    assert "leads out of --logdir" in known(catalogue)["run"].problem


def test_nobody_waits_for_a_file_that_takes_long(logdir):
    for run in range(5):
        write(logdir / str(run))
    reader = ReaderProcess(seconds=2)
    reader.start()
    os.kill(reader.pid, signal.SIGSTOP)  # as if HDF5 were in a loop
    catalogue = Catalogue([Logdir("", str(logdir))], reader)
    began = time.monotonic()
    first = [catalogue.summary(run) for run in catalogue.runs()]
    assert time.monotonic() - began < 2
    assert [summary.pending for summary in first] == [True] * 5
    assert "still being read" in first[0].problem
    problems = [summary.problem for summary in known(catalogue).values()]
    assert problems.count(None) == 4
    assert "diagnostics.nc cannot be read (it is not read within 2 seconds)" in problems
    reader.close()


def test_a_pipe_in_the_place_of_a_file_is_a_problem(catalogue, logdir):
    logdir.mkdir()
    os.mkfifo(logdir / "diagnostics.nc")
    assert "not a regular file" in known(catalogue)["."].problem
