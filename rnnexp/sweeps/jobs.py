"""One job of a sweep, in whichever process a launcher runs it: skipped, continued or begun."""

import signal
import sys
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from rnnexp.config.check import build_task, check
from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.schema import register
from rnnexp.files.reading import Unreadable, read_yaml
from rnnexp.runs.folder import CONFIG, METRICS
from rnnexp.runs.metrics import read_metrics
from rnnexp.sweeps import status, sweep
from rnnexp.sweeps.job_process import LOG
from rnnexp.sweeps.job_server import JobServer, JobServerEnded
from rnnexp.sweeps.orphans import exit_with_parent
from rnnexp.sweeps.resources import resources_per_job

_SAVING_TIME = 120.0  # seconds that another process has to save
_TRIES = 2  # of a job whose job server was killed

# A launcher's process imports nothing but this module before it needs the resolvers.
register()


def run_job(parent: int, cfg: DictConfig) -> float:
    """Run the job whose folder Hydra has made.

    A job that fails raises nothing, because an exception would make Hydra end the whole sweep.

    Args:
        parent: The process id of the sweep. A process that the sweep has started itself ends
            with it.
        cfg: The config of the job.

    Returns:
        The value that a sweeper optimises: the last score on the validation split, because the
        test split must not influence what is chosen. A failed job has the score of a guess.

    Raises:
        KeyboardInterrupt: The sweep was stopped.
    """
    _leave_interrupts_to_the_sweep()
    exit_with_parent(parent)
    hydra = HydraConfig.get()
    folder, home = Path(hydra.runtime.output_dir), Path(hydra.sweep.dir)
    stop = home / sweep.STOP
    try:
        started = sweep.read(home)
        settled = status.is_settled(status.read_summary(folder), started.again)
        if not settled and not stop.exists():
            _train(cfg, folder, started, stop)
    except Exception as error:  # no error of this job may end another one
        _print(folder, f"failed: {type(error).__name__}: {status.one_line(str(error))}")
    if stop.exists():
        _wait_for_others(home)
        raise KeyboardInterrupt
    return _objective(cfg, folder)


def is_busy(folder: Path) -> bool:
    """Whether a process is training in `folder`."""
    return not _becomes_free(folder, timeout=0)


def _objective(cfg: DictConfig, folder: Path) -> float:
    """The value of the job in `folder` for a sweeper that searches."""
    summary = status.read_summary(folder)
    if summary and summary.state == "completed":
        try:
            return float(read_metrics(folder)[-1][f"val_{summary.metric}"])
        except (OSError, Unreadable, LookupError) as error:
            _print(folder, f"{METRICS} cannot be read: {error}; the search counts it as a guess")
    return build_task(cfg.task).baseline


def _train(cfg: DictConfig, folder: Path, started: sweep.Sweep, stop: Path) -> None:
    """Train the job in a process of its own, and record in its folder how that ended."""
    try:
        experiment = check(_with_resources(cfg, folder, started.at_once))
    except UserError as error:  # only a sweeper's draw can be invalid: listed jobs were checked
        _record_failure(folder, None, f"UserError: {error}")
        return
    for _ in range(_TRIES):
        if not _becomes_free(folder, _SAVING_TIME):
            _print(folder, "another process is training in this folder; the job is left to it")
            return
        if stop.exists():
            return
        try:
            code = _job_server().run(experiment, folder, started.again, stop)
        except JobServerEnded as error:
            _job_server.cache_clear()
            reason = str(error)
            continue
        if not stop.exists():
            _record_silent_end(folder, experiment, code)
        return
    _record_failure(folder, experiment, f"{reason}, {_TRIES} times")


def _record_silent_end(folder: Path, experiment: Experiment, code: int) -> None:
    """Record a failure where the process of the job ended before it could do so."""
    summary = status.read_summary(folder)
    if code < 0:
        _record_failure(folder, experiment, _describe_signal(-code))
    elif summary is None or summary.state == "running":
        _record_failure(
            folder,
            experiment,
            f"its process ended with exit code {code} during the run; see {LOG}",
        )


def _record_failure(folder: Path, experiment: Experiment | None, error: str) -> None:
    try:
        status.record_failure(folder, experiment, error)
    except OSError as problem:  # a full disk may have ended the job
        _print(folder, f"failed: {error}; its folder cannot be written: {problem.strerror}")


def _print(folder: Path, message: str) -> None:
    """Print on the terminal what cannot be written into the folder of a job."""
    print(f"{folder.name}: {message}", file=sys.stderr, flush=True)


def _with_resources(cfg: DictConfig, folder: Path, at_once: int) -> dict[str, Any]:
    """`cfg` with an equal share of the machine, except where it names its own values.

    The number of threads shows in the last digit of a sum, so a run keeps the number with which
    it began. The memory of a GPU shows in nothing.
    """
    values: Any = OmegaConf.to_container(cfg, enum_to_str=True)
    hardware = values["hardware"]
    if hardware["threads"] is None:
        hardware["threads"] = _threads_so_far(folder)
    values["hardware"] = hardware | resources_per_job(hardware, at_once)
    return values


def _threads_so_far(folder: Path) -> int | None:
    """The number of threads with which the run in `folder` began, or None if unknown."""
    try:
        threads = read_yaml(folder / CONFIG)["hardware"]["threads"]
    except (FileNotFoundError, Unreadable, LookupError, TypeError):
        return None  # the run itself reports what is wrong with the file
    return threads if isinstance(threads, int) else None


def _becomes_free(folder: Path, timeout: float) -> bool:
    """Wait for another process that may still be saving in `folder` after a killed sweep."""
    if not (folder / sweep.LOCK).exists():
        return True
    try:
        with FileLock(folder / sweep.LOCK, timeout=timeout):
            return True
    except Timeout:
        return False
    except OSError:
        return True  # the run itself reports what is wrong with the folder


def _describe_signal(number: int) -> str:
    description = f"killed by {signal.Signals(number).name}"
    if number == signal.SIGKILL:
        description += ", as the system does when memory runs out"
    return description


@cache
def _job_server() -> JobServer:
    """The job server of this process. It ends when this process ends."""
    return JobServer()


def _leave_interrupts_to_the_sweep() -> None:
    """Ignore SIGINT in a launcher's process: Ctrl-C reaches all, but only the sweep handles it."""
    is_main_thread = threading.current_thread() is threading.main_thread()
    if is_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _wait_for_others(home: Path) -> None:
    """Wait until every job has saved: launchers kill the others when the first one raises."""
    deadline = time.monotonic() + _SAVING_TIME
    while time.monotonic() < deadline and any(
        summary and summary.state == "running"
        for summary in status.read_summaries(home, None).values()
    ):
        time.sleep(0.1)
