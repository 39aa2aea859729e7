"""A server process that imports TensorFlow once and forks a child process for every job.

TensorFlow fixes threads, devices and determinism once per process; Keras's names, dtype policy and
random state belong to the process too; and running out of memory kills the process. Each job of a
sweep therefore has a process of its own. The fork spares it the import of TensorFlow, which is the
longest part of a short run. docs/sweeps.md says why this is not multiprocessing's fork server.
"""

import base64
import gc
import json
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from rnnexp.config.experiment import Experiment

_MODULE = "rnnexp.sweeps.job_server"
_POLL = 0.05  # seconds between two checks of a child
_SAVING_TIME = 120.0  # seconds that a child has to save once the sweep is gone


class JobServerEnded(Exception):
    """The job server has ended, for example because it was killed."""


class JobServer:
    """Runs jobs one after another, each in a process forked from the server."""

    def __init__(self) -> None:
        # A session of its own keeps Ctrl-C away: the sweep stops its jobs by the stop file.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],  # -P: never a json.py of the current folder
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def run(self, experiment: Experiment, folder: Path, again: bool, stop: Path) -> int:
        """Train `experiment` in `folder` and wait for the end.

        Args:
            experiment: What to train. It was checked, and is not checked again.
            folder: The folder of the job.
            again: Whether a run that failed before continues.
            stop: A file; the job is interrupted once it exists.

        Returns:
            The exit code of the job's process: 0 for completed, 1 for failed, 130 for interrupted,
            -n where signal n killed it.

        Raises:
            JobServerEnded: The server itself was killed. Its job is then interrupted and saves.
        """
        job = {
            "experiment": base64.b64encode(pickle.dumps(experiment)).decode(),
            "path": sys.path,  # where the modules of a user's own task are found
            "folder": str(folder),
            "again": again,
            "stop": str(stop),
        }
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer.endswith("\n"):
            self.close()
            raise JobServerEnded(f"its job server ended with {_describe(self._process.returncode)}")
        return int(answer)

    def close(self) -> None:
        """End the server. A job that still runs is interrupted and saves."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # of a job that the server never read
                    pipe.close()
        self._process.wait()


def serve() -> None:
    """Read jobs from stdin, one JSON object per line, and answer each with its exit code."""
    from rnnexp.console.startup import import_tensorflow
    from rnnexp.sweeps.job_process import train_and_exit

    # Devices are not listed yet: the driver of a GPU does not survive a fork.
    import_tensorflow(devices=False)
    import rnnexp.layers
    import rnnexp.training.run  # noqa: F401

    gc.freeze()  # garbage collection in a child would copy the pages of all that is imported
    # The descriptor itself is read: a buffered reader would hide a line, or the end, from select.
    while line := _read_line(0):
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            train_and_exit(job)
        code = _wait_for(child, Path(job["stop"]))
        with suppress(BrokenPipeError):  # the sweep may be gone
            os.write(1, b"%d\n" % code)


def _describe(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _read_line(descriptor: int) -> bytes:
    """The next line, or the incomplete one before the end of the file."""
    line = b""
    while not line.endswith(b"\n") and (part := os.read(descriptor, 65536)):
        line += part
    return line


def _wait_for(child: int, stop: Path) -> int:
    """Wait for the process `child` and return its exit code.

    The child is interrupted once, when the file `stop` exists or the sweep is gone. If the sweep
    is gone and the child does not save in time, it is killed.
    """
    interrupted_at: float | None = None
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        sweep_is_gone = bool(select.select([0], [], [], 0)[0])
        if interrupted_at is None and (stop.exists() or sweep_is_gone):
            os.kill(child, signal.SIGTERM)
            interrupted_at = time.monotonic()
        waited = 0.0 if interrupted_at is None else time.monotonic() - interrupted_at
        if sweep_is_gone and waited > _SAVING_TIME:
            os.kill(child, signal.SIGKILL)
        time.sleep(_POLL)


if __name__ == "__main__":
    serve()
