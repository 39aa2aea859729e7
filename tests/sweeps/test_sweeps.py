"""A sweep: jobs that fail alone, a folder that continues, a stop that saves all."""

import json
import re
import signal
import subprocess
import time

import pytest

from rnnexp.config.cores import cores
from tests.command import RNNEXP, TINY, command, environment
from tests.sweeps.sweep_results import ran, rows

pytest.importorskip("hydra_plugins.hydra_joblib_launcher")

# As a process ends when the system has no memory left for it, when a library leaves it, and when
# it is its job server that the system ends.
DEADLY = """
import os, signal
import rnnexp.layers

class Killed(rnnexp.layers.GRU):
    def build(self, shape):
        os.kill(os.getpid(), signal.SIGKILL)

class Leaving(rnnexp.layers.GRU):
    def build(self, shape):
        os._exit(0)

class Alone(rnnexp.layers.GRU):
    def build(self, shape):
        os.kill(os.getppid(), signal.SIGKILL)
        super().build(shape)
"""
JOBS = ["model.layer._target_=deadly.Alone,deadly.Leaving,rnnexp.layers.GRU,deadly.Killed"]
FIXED = [
    "trainer.batch_size=8",
    "trust=[deadly]",
    *TINY,
    "callbacks=none",
    "hydra/launcher=joblib",
    "hydra.sweep.dir=swept",
]


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Where one job of four could be completed, and what was shown."""
    desk = tmp_path_factory.mktemp("swept")
    (desk / "deadly.py").write_text(DEADLY)
    return desk, command("train", "-m", *JOBS, *FIXED, cwd=desk)


def test_a_job_that_fails_fails_alone_and_the_end_names_it_with_its_reason(swept):
    desk, shown = swept
    assert shown.returncode == 1, shown.stderr
    jobs = ran(desk / "swept")
    assert [s["state"] for _, s in jobs] == ["failed", "failed", "completed", "failed"]
    told = dict(re.findall(r"^(\d)_\S+ failed: (.*)$", shown.stdout, re.MULTILINE))
    assert told == {str(n): s["error"] for n, (_, s) in enumerate(jobs) if n != 2}
    assert "its job server ended with SIGKILL, 2 times" in told["0"]
    assert "exit code 0" in told["1"]
    assert "SIGKILL" in told["3"] and "memory" in told["3"]
    assert "3 of 4 jobs did not complete" in shown.stderr
    assert "rnnexp report swept" in shown.stdout
    assert "Traceback" not in shown.stdout + shown.stderr


def test_what_a_job_says_is_in_its_own_folder(swept):
    desk, shown = swept
    for job, summary in ran(desk / "swept"):
        assert "learns Digits" in (job / "train.log").read_text()
        assert summary["state"] in shown.stdout
    assert "learns Digits" not in shown.stdout + shown.stderr
    assert "step" not in shown.stderr.replace("steps", "")


def test_the_cores_are_divided_among_jobs_that_run_at_once(swept):
    desk, _ = swept
    _, _, (_, summary), _ = ran(desk / "swept")
    assert summary["hardware"]["threads"] == max(1, cores() // min(cores(), 4))


@pytest.mark.slow
def test_a_job_beside_others_has_the_numbers_of_the_same_job_alone(swept, tmp_path):
    desk, _ = swept
    _, _, (job, summary), _ = ran(desk / "swept")
    threads = f"hardware.threads={summary['hardware']['threads']}"
    command(
        "train",
        *TINY,
        "callbacks=none",
        "trainer.batch_size=8",
        threads,
        "hydra.run.dir=alone",
        cwd=tmp_path,
    )
    assert rows(job) == rows(tmp_path / "alone")
    assert summary["score"] == json.loads((tmp_path / "alone/summary.json").read_text())["score"]


@pytest.mark.slow
def test_the_same_command_runs_nothing_again_unless_it_is_asked_to(swept):
    desk, _ = swept
    before = {job: (job / "train.log").read_text() for job, _ in ran(desk / "swept")}
    shown = command("train", "-m", *JOBS, *FIXED, cwd=desk)
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (1, "1 of 4 jobs completed before")
    assert {job: (job / "train.log").read_text() for job in before} == before
    command("resume", "--again", "--trust=deadly", "swept", cwd=desk)
    after = [(job / "train.log").read_text().count("learns") for job in sorted(before)]
    assert after == [4, 2, 1, 2]  # the first job loses each of two job servers, each time


def test_another_sweep_is_refused_in_its_folder_before_anything_is_done(swept):
    desk, _ = swept
    shown = command("train", "-m", "seed=0,1", *FIXED, cwd=desk)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert re.fullmatch(r"rnnexp: swept: expected the sweep .*seed=0,1.*\n", shown.stderr)


@pytest.mark.slow
def test_a_stopped_sweep_saves_its_jobs_and_goes_on_with_them(tmp_path):
    steps = 1800  # some seconds: both jobs are to be at it when the signal comes
    jobs = ["task.order=row", "model.units=4", f"trainer.steps={steps}", "callbacks=none"]
    sweep = ["seed=0,1,2", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
    begun = subprocess.Popen(
        [*RNNEXP, "train", "-m", *jobs, *sweep, "hydra.sweep.dir=swept"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 300
    while len(list(tmp_path.glob("swept/*/metrics.csv"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    begun.send_signal(signal.SIGTERM)
    _, err = begun.communicate(timeout=300)
    assert begun.returncode == 130, err
    assert "rnnexp resume swept" in err.splitlines()[-1]
    found = ran(tmp_path / "swept")
    assert [summary["state"] for _, summary in found] == 2 * ["interrupted"]
    reached = [summary["steps"] for _, summary in found]
    assert all(0 < step <= steps for step in reached)  # all of them: interrupted at evaluating

    shown = command("resume", "swept", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    found = ran(tmp_path / "swept")
    assert [(s["state"], s["steps"]) for _, s in found] == 3 * [("completed", steps)]
    for job, _ in found:
        epochs = [int(row["epoch"]) for row in rows(job)]
        assert epochs == list(range(1, len(epochs) + 1))
