"""Sweeps of which a process is killed and sweeps on a full disk lose no job unreported."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command import RNNEXP, TINY, command, environment
from tests.sweeps.sweep_results import ran, rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
STEPS = 1200
JOBS = ["task.order=row", "model.units=4", f"trainer.steps={STEPS}", "callbacks=none"]
JOBS += ["trainer.checkpoint_seconds=0.3", "hardware.threads=1", "seed=range(4)"]
SWEEP = ["hydra.sweep.dir=swept"]
BESIDE = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]


def processes(mark):
    """The processes of this test: the parent and the command line of each by its id."""
    running = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (place / "stat").read_text().rpartition(")")[2].split()[:2]
            if f"TEST_MARK={mark}".encode() in (place / "environ").read_bytes() and state != "Z":
                running[int(place.name)] = (int(parent), (place / "cmdline").read_text())
        except OSError:
            continue
    return running


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The rows of metrics.csv of every job of an undisturbed sweep."""
    desk = tmp_path_factory.mktemp("whole")
    shown = command("train", "-m", *JOBS, *SWEEP, *BESIDE, cwd=desk)
    assert shown.returncode == 0, shown.stderr
    return [rows(job) for job, _ in ran(desk / "swept")]


@pytest.fixture
def begun(tmp_path):
    """Starts the sweep and returns once its jobs have written checkpoints."""
    started = []

    def begin(*launcher):
        process = subprocess.Popen(
            [*RNNEXP, "train", "-m", *JOBS, *SWEEP, *launcher],
            cwd=tmp_path,
            env={**environment(), "TEST_MARK": tmp_path.name},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        deadline = time.monotonic() + 300
        at_once = 2 if launcher else 1
        while len(list(tmp_path.glob("swept/*/checkpoint.npz"))) < at_once:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
    for number in processes(tmp_path.name):
        os.kill(number, signal.SIGKILL)


def servers(running):
    """The job servers, without the jobs that they have forked."""
    named = {number for number, (_, line) in running.items() if "sweeps.job_server" in line}
    return sorted(number for number in named if running[number][0] not in named)


@pytest.mark.parametrize(
    ("victim", "launcher"),
    [("server", ()), ("server", BESIDE), ("worker", BESIDE), ("both workers", BESIDE)],
    ids=["server-basic", "server-joblib", "worker-joblib", "both-workers-joblib"],
)
def test_a_killed_process_of_a_sweep_costs_no_job(tmp_path, begun, whole, victim, launcher):
    process = begun(*launcher)
    running = processes(tmp_path.name)
    killed = servers(running) if "workers" in victim else servers(running)[:1]
    for number in killed:
        os.kill(number if victim == "server" else running[number][0], signal.SIGKILL)
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 0, out
    assert [rows(job) for job, _ in ran(tmp_path / "swept")] == whole
    assert not processes(tmp_path.name)


@pytest.mark.parametrize("launcher", [(), BESIDE], ids=["basic", "joblib"])
def test_a_killed_sweep_leaves_no_process_and_can_be_continued(tmp_path, begun, whole, launcher):
    begun(*launcher).kill()
    deadline = time.monotonic() + 120
    while processes(tmp_path.name) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not processes(tmp_path.name)
    states = {summary["state"] for _, summary in ran(tmp_path / "swept")}
    assert states <= {"interrupted", "completed"}
    shown = command("resume", "swept", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert [rows(job) for job, _ in ran(tmp_path / "swept")] == whole


# At least as much as summary.json takes, which tells the sweep what happened.
@pytest.mark.parametrize("room", [1200, 1500, 5000])
def test_a_full_disk_is_reported_and_the_sweep_continues_once_there_is_room(tmp_path, room):
    sweep = [*TINY, "callbacks=none", "seed=0,1", *SWEEP]
    shown = subprocess.run(
        [*RNNEXP, "train", "-m", *sweep],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert shown.returncode == 1, shown.stderr
    assert "2 of 2 jobs did not complete" in shown.stderr
    assert "File too large" in shown.stdout + shown.stderr
    assert command("resume", "--again", "swept", cwd=tmp_path).returncode == 0
    assert [summary["state"] for _, summary in ran(tmp_path / "swept")] == 2 * ["completed"]
