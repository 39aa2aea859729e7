"""A process that has TensorFlow imported and nothing computed, and forks a child for every job.

TensorFlow settles threads, devices and determinism once for a process, Keras's names, policy and
random state are the process's too, and a process that runs out of memory dies: so each job of a
sweep has its own. A fork spares it the import, the longest part of a short run.
"""

import ctypes
import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

LOG = "train.log"
"""In a job's folder: what the job says."""

_MODULE = "rnnexp.sweeps.job_server"
_POLL = 0.05  # seconds between looks at a child
_PATIENCE = 120.0  # seconds for a child to save that nobody waits for


class JobServerEnded(Exception):
    """The process that starts jobs has ended, killed it may be: with what."""


class JobServer:
    """Runs jobs, one at a time, each in a child of a process that is ready for it."""

    def __init__(self) -> None:
        # In a session of its own: Ctrl-C is for the sweep, which stops its jobs by the stop file.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],  # -P: never a json.py of the current folder
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def run(self, config: Mapping[str, Any], folder: Path, again: bool, stop: Path) -> int:
        """Train `config` in `folder`; return the child's exit code, -n where signal n ended it.

        0: completed. 1: failed. 130: interrupted, because `stop` came to be. Raises JobServerEnded
        where the nursery itself was killed; its job is then interrupted, and saves.
        """
        job = {"config": config, "folder": str(folder), "again": again, "stop": str(stop)}
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer.endswith("\n"):
            self.close()
            raise JobServerEnded(f"its job server ended with {_told(self._process.returncode)}")
        return int(answer)

    def close(self) -> None:
        """Let the process end; a job of its that still runs is interrupted, and saves."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # what it was to read and never did
                    pipe.close()
        self._process.wait()


def serve() -> None:
    """Read jobs from stdin, a JSON line each; answer each with its exit code."""
    from rnnexp.console.startup import import_tensorflow

    # No look for devices yet: a GPU's driver does not survive a fork.
    import_tensorflow(devices=False)

    gc.freeze()  # children need not look through what is imported, nor copy it
    # By its number: a buffered reader would hide a line, or the end, from select.
    while line := _line(0):
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            _be(job)
        code = _watch(child, Path(job["stop"]))
        with suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(1, b"%d\n" % code)


def _told(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _line(number: int) -> bytes:
    """The next line, or what there is of one at the end."""
    line = b""
    while not line.endswith(b"\n") and (part := os.read(number, 65536)):
        line += part
    return line


def _watch(child: int, stop: Path) -> int:
    """Wait for `child`; interrupt it, once, when `stop` comes to be or nobody waits any more.

    One that nobody waits for is killed where it does not save in time.
    """
    asked: float | None = None
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        left_alone = bool(select.select([0], [], [], 0)[0])
        if asked is None and (stop.exists() or left_alone):
            os.kill(child, signal.SIGTERM)
            asked = time.monotonic()
        if asked is not None and left_alone and time.monotonic() - asked > _PATIENCE:
            os.kill(child, signal.SIGKILL)
        time.sleep(_POLL)


def _be(job: Mapping[str, Any]) -> NoReturn:
    """What the child does from the fork to its end."""
    from rnnexp.console.signals import terminable

    code = 1
    try:
        _end_with_the_parent()
        _redirect(Path(job["folder"]) / LOG)
        with terminable():
            code = _train(job, Path(job["folder"]))
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # nothing of the parent's is to be tidied up


def _train(job: Mapping[str, Any], folder: Path) -> int:
    import tensorflow as tf

    from rnnexp.config.check import check
    from rnnexp.console.messages import closing, opening
    from rnnexp.console.startup import quiet
    from rnnexp.sweeps import status
    from rnnexp.training.run import run

    with quiet():
        tf.config.list_physical_devices()
    experiment = check(job["config"])
    print(opening(experiment), flush=True)
    try:
        summary = run(job["config"], folder, progress=True, again=job["again"])
    except Exception as error:
        with suppress(OSError):  # the disk may be what has ended it
            status.record_failure(folder, experiment, f"{type(error).__name__}: {error}")
        raise
    print(closing(summary, folder))
    return 0


def _end_with_the_parent() -> None:
    """Have the kernel interrupt this process when the nursery is killed, where it can."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _redirect(log: Path) -> None:
    """Let nothing of this process reach the terminal or the parent's pipes; `log` gets it all."""
    null = os.open(os.devnull, os.O_RDONLY)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number, file in enumerate((null, told, told)):
        os.dup2(file, number)


if __name__ == "__main__":
    serve()
