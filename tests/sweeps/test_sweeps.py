"""A sweep: jobs that fail alone, a folder that can be continued, a stop that saves all jobs."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

from rnnexp.config.cores import cores
from tests.command import RNNEXP, TINY, command, environment
from tests.sweeps.sweep_results import ran, rows

pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
pytestmark = pytest.mark.slow

# A process that the system kills, one that a library ends, and one whose job server is killed.
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
    """The folder of a sweep of which one job of four completed, and what was shown."""
    desk = tmp_path_factory.mktemp("swept")
    (desk / "deadly.py").write_text(DEADLY)
    return desk, command("train", "-m", *JOBS, *FIXED, cwd=desk)


def test_a_job_that_fails_fails_alone_and_is_named_with_its_error(swept):
    desk, shown = swept
    assert shown.returncode == 1, shown.stderr
    jobs = ran(desk / "swept")
    assert [s["state"] for _, s in jobs] == ["failed", "failed", "completed", "failed"]
    errors = dict(re.findall(r"^(\d)_\S+ failed: (.*)$", shown.stdout, re.MULTILINE))
    assert errors == {str(n): s["error"] for n, (_, s) in enumerate(jobs) if n != 2}
    assert "its job server ended with SIGKILL, 2 times" in errors["0"]
    assert "exit code 0" in errors["1"]
    assert "SIGKILL" in errors["3"] and "memory" in errors["3"]
    assert "3 of 4 jobs did not complete" in shown.stderr
    assert "rnnexp report swept" in shown.stdout
    assert "Traceback" not in shown.stdout + shown.stderr


def test_the_output_of_a_job_is_in_its_own_folder(swept):
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


def test_a_job_in_a_sweep_has_the_numbers_of_the_same_job_alone(swept, tmp_path):
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


def test_the_same_command_repeats_failed_jobs_only_with_again(swept):
    desk, _ = swept
    before = {job: (job / "train.log").read_text() for job, _ in ran(desk / "swept")}
    shown = command("train", "-m", *JOBS, *FIXED, cwd=desk)
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (1, "1 of 4 jobs completed before")
    assert {job: (job / "train.log").read_text() for job in before} == before
    command("resume", "--again", "--trust=deadly", "swept", cwd=desk)
    after = [(job / "train.log").read_text().count("learns") for job in sorted(before)]
    assert after == [4, 2, 1, 2]  # the first job loses two job servers each time


def test_another_sweep_in_its_folder_is_refused(swept):
    desk, _ = swept
    shown = command("train", "-m", "seed=0,1", *FIXED, cwd=desk)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert re.fullmatch(r"rnnexp: swept: expected the sweep .*seed=0,1.*\n", shown.stderr)


@pytest.mark.parametrize("to_all", [False, True], ids=["one process", "all processes"])
def test_a_stopped_sweep_saves_its_jobs_and_continues_them(to_all, tmp_path):
    """Stopped by SIGTERM, to the command alone or, as `timeout` and systemd send it, to all."""
    steps = 4000  # some seconds, so that both jobs are training when the signal comes
    overrides = ["task.order=row", "model.units=4", f"trainer.steps={steps}", "callbacks=none"]
    sweep = ["seed=0,1,2", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
    process = subprocess.Popen(
        [*RNNEXP, "train", "-m", *overrides, *sweep, "hydra.sweep.dir=swept"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 300
    while len(list(tmp_path.glob("swept/*/metrics.csv"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGTERM) if to_all else process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert "rnnexp resume swept" in err.splitlines()[-1]
    assert "failed" not in out + err
    jobs = ran(tmp_path / "swept")
    assert [summary["state"] for _, summary in jobs] == 2 * ["interrupted"]
    reached = [summary["steps"] for _, summary in jobs]
    assert all(0 < step <= steps for step in reached)  # all of them where it was evaluating

    shown = command("resume", "swept", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    jobs = ran(tmp_path / "swept")
    assert [(s["state"], s["steps"]) for _, s in jobs] == 3 * [("completed", steps)]
    for job, _ in jobs:
        validated = [int(row["step"]) for row in rows(job)]
        assert validated == list(range(100, steps + 1, 100))
