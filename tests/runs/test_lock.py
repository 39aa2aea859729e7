"""A run folder is one process's, and one run's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.runs import folder as files
from rnnexp.runs.lock import run_lock
from rnnexp.runs.summary import Summary
from rnnexp.sweeps.sweep import Sweep
from tests.command import environment


def experiment(*overrides):
    return check(compose(overrides))


def fill(folder, state, *overrides):
    """A folder as a run with `overrides` leaves it in `state`."""
    (folder / files.CONFIG).write_text(OmegaConf.to_yaml(experiment(*overrides).config))
    Summary(state, "accuracy", 0.5, steps=1, seconds=1.0, error="out of memory").write(folder)


def test_a_new_folder_that_stays_empty_is_removed(tmp_path):
    with run_lock(tmp_path / "new", experiment(), again=False) as unfinished:
        assert not unfinished
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("state", ["running", "interrupted"])
def test_an_unfinished_run_goes_on(tmp_path, state):
    fill(tmp_path, state, "seed=3")
    with run_lock(tmp_path, experiment("seed=3"), again=False) as unfinished:
        assert unfinished


def test_a_run_killed_before_its_summary_goes_on(tmp_path):
    fill(tmp_path, "running")
    (tmp_path / files.SUMMARY).unlink()
    with run_lock(tmp_path, experiment(), again=False) as unfinished:
        assert unfinished


def test_what_a_killed_process_left_half_written_is_removed(tmp_path):
    fill(tmp_path, "running")
    whole = {path.name for path in tmp_path.iterdir()}
    for name in (".checkpoint.17.npz", ".model.17.keras", ".metrics.17.csv"):
        (tmp_path / name).write_text("ha")
    with run_lock(tmp_path, experiment(), again=False):
        pass
    assert {path.name for path in tmp_path.iterdir()} - {".lock"} == whole


def test_how_often_it_is_saved_and_where_its_folder_is_make_no_other_run(tmp_path):
    fill(tmp_path, "running")
    free = experiment("outputs=elsewhere", "trainer.checkpoint_seconds=3")
    with run_lock(tmp_path, free, again=False) as unfinished:
        assert unfinished


def test_another_run_is_refused_with_what_differs(tmp_path):
    fill(tmp_path, "running", "seed=3")
    with (
        pytest.raises(UserError, match=r"has seed=3, asked for is seed=4"),
        run_lock(tmp_path, experiment("seed=4"), again=False),
    ):
        pass


def test_a_completed_run_is_refused_and_tidied_up_if_it_was_killed_at_that(tmp_path):
    fill(tmp_path, "completed")
    before = set(tmp_path.iterdir())
    for left in (".lock", "checkpoint.npz"):
        (tmp_path / left).touch()
    with (
        pytest.raises(UserError, match="completed run in it; name another one"),
        run_lock(tmp_path, experiment(), again=True),
    ):
        pass
    assert set(tmp_path.iterdir()) == before


def test_a_failed_run_goes_on_only_when_told_so(tmp_path):
    fill(tmp_path, "failed")
    with (
        pytest.raises(UserError, match=r"failed: out of memory; .*--again"),
        run_lock(tmp_path, experiment(), again=False),
    ):
        pass
    with run_lock(tmp_path, experiment(), again=True) as unfinished:
        assert unfinished


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(UserError, match="outputs=FOLDER"),
        run_lock(tmp_path / "file" / "run", experiment(), again=False),
    ):
        pass


def test_a_folder_that_tensorflow_cannot_name(tmp_path, monkeypatch):
    home = tmp_path / os.fsdecode(b"caf\xe9")
    home.mkdir()
    monkeypatch.chdir(home)
    with pytest.raises(UserError, match="UTF-8"), run_lock(Path("run"), experiment(), again=False):
        pass
    with pytest.raises(UserError, match="UTF-8"):
        Sweep(["seed=0,1"], None, 2, 1, False).check(Path("swept"))
    assert not list(home.iterdir())


HOLDS = """
import sys, time
from pathlib import Path
from rnnexp.runs.lock import run_lock
from rnnexp.config.check import check
from rnnexp.config.compose import compose
with run_lock(Path(sys.argv[1]), check(compose()), again=False):
    print("mine", flush=True)
    time.sleep(1000)
"""


def test_two_processes_cannot_have_it_and_a_killed_one_has_it_no_longer(tmp_path):
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "mine\n"
        with (
            pytest.raises(UserError, match="another process is training"),
            run_lock(folder, experiment(), again=False),
        ):
            pass
    finally:
        process.kill()
        process.communicate()
    with run_lock(folder, experiment(), again=False) as unfinished:
        assert not unfinished
