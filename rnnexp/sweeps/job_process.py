"""The process that trains one job of a sweep, from the fork to its end."""

import base64
import ctypes
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from rnnexp.config.experiment import Experiment

LOG = "train.log"
"""The file in a job's folder that holds what the job prints."""

INTERRUPTED = 130
"""The exit code of a job that was interrupted and has saved."""


def train_and_exit(job: Mapping[str, Any]) -> NoReturn:
    """Train `job` and end this process.

    The exit code is 0 for a completed job, 1 for a failed one and `INTERRUPTED`.

    Args:
        job: `experiment`, what to train, pickled and in base 64; `path`, where its modules are
            found; `folder`, where to train; `again`, whether a failed run continues.
    """
    from rnnexp.console.signals import sigterm_as_interrupt

    code = 1
    try:
        _request_signal_when_parent_dies()
        folder = Path(job["folder"])
        _redirect_output(folder / LOG)
        with sigterm_as_interrupt():
            sys.path += [place for place in job["path"] if place not in sys.path]
            experiment = pickle.loads(base64.b64decode(job["experiment"]))
            _train(experiment, folder, job["again"])
        code = 0
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # the exit handlers of the job server must not run here


def _train(experiment: Experiment, folder: Path, again: bool) -> None:
    import tensorflow as tf

    from rnnexp.console.messages import end_message, start_message
    from rnnexp.console.startup import quiet_stderr
    from rnnexp.sweeps import status
    from rnnexp.training.run import run

    with quiet_stderr():
        tf.config.list_physical_devices()
    print(start_message(experiment), flush=True)
    try:
        summary = run(experiment, folder, progress=True, again=again)
    except Exception as error:
        with suppress(OSError):  # a full disk may be the error
            status.record_failure(folder, experiment, f"{type(error).__name__}: {error}")
        raise
    print(end_message(summary, folder))


def _request_signal_when_parent_dies() -> None:
    """Have the kernel send SIGTERM when the job server dies. Only Linux can do this."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _redirect_output(log: Path) -> None:
    """Read from nothing and write to `log`: the terminal and the server's pipes stay clean."""
    null = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number, file in enumerate((null, output, output)):
        os.dup2(file, number)
