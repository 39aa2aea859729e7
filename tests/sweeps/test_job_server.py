"""The job server passes on the end of a job, and interrupts a job that nobody waits for."""

import subprocess
import sys

import pytest

from tests.command import environment

# A server whose child says that it is ready; the exit code of the child is printed last.
SERVER = """
import os, signal, time
from pathlib import Path
from rnnexp.sweeps import job_server

job_server._SAVING_TIME = 0.3
child = os.fork()
if child == 0:
    {prepare}
    print("ready", flush=True)
    {job}
print(job_server._wait_for(child, Path("stop")), flush=True)
"""
WAIT = "time.sleep(60); os._exit(0)"
IGNORE_SIGTERM = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"


@pytest.fixture
def serve(tmp_path):
    """Starts a server; its stdin is the pipe that the sweep holds."""
    started = []

    def start(job, prepare="pass"):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER.format(job=job, prepare=prepare)],
            cwd=tmp_path,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.stdin.close()
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(
    ("job", "code"),
    [("os._exit(0)", 0), ("os._exit(130)", 130), ("os.kill(os.getpid(), signal.SIGKILL)", -9)],
)
def test_the_exit_code_is_that_of_the_job(serve, job, code):
    assert int(serve(job).stdout.readline()) == code


def test_the_stop_file_interrupts_the_job(serve, tmp_path):
    process = serve(WAIT)
    (tmp_path / "stop").touch()
    assert int(process.stdout.readline()) == -15


def test_the_end_of_the_sweep_interrupts_the_job(serve):
    process = serve(WAIT)
    process.stdin.close()
    assert int(process.stdout.readline()) == -15


def test_a_job_that_does_not_save_in_time_is_killed_once_the_sweep_is_gone(serve):
    process = serve(WAIT, prepare=IGNORE_SIGTERM)
    process.stdin.close()
    assert int(process.stdout.readline()) == -9


def test_a_job_that_is_still_saving_is_not_killed_while_the_sweep_waits(serve, tmp_path):
    process = serve("time.sleep(1.5); os._exit(130)", prepare=IGNORE_SIGTERM)
    (tmp_path / "stop").touch()
    assert int(process.stdout.readline()) == 130
