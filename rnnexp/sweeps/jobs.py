"""One job of a sweep, in whatever process a launcher runs it: skipped, continued or begun."""

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

from rnnexp.config.check import Experiment, build_task, check
from rnnexp.config.errors import UserError
from rnnexp.config.schema import register
from rnnexp.files.reading import Unreadable, yaml_of
from rnnexp.runs.folder import CONFIG, METRICS
from rnnexp.runs.metrics import read_metrics
from rnnexp.sweeps import status, sweep
from rnnexp.sweeps.job_server import LOG, JobServer, JobServerEnded
from rnnexp.sweeps.orphans import end_with
from rnnexp.sweeps.resources import resources_per_job

_PATIENCE = 120.0  # seconds for another process to save
_TRIES = 2  # of a job whose job server was killed

# A launcher's process imports this module and nothing else before it needs the resolvers.
register()


def run_job(parent: int, cfg: DictConfig) -> float:
    """Run the job whose folder Hydra has made; return what a sweeper is to search by.

    That is its last score on the validation split: the test split must have no say in what is
    chosen. What a guess scores stands for a job that failed: for an exception Hydra would end the
    whole sweep. Raises KeyboardInterrupt once somebody has stopped the sweep.

    parent: the process of the sweep; one that it has started itself ends when it is gone.
    """
    _leave_interrupts_to_the_sweep()
    end_with(parent)
    hydra = HydraConfig.get()
    folder, home = Path(hydra.runtime.output_dir), Path(hydra.sweep.dir)
    stop = home / sweep.STOP
    try:
        asked = sweep.read(home)
        if not status.is_settled(status.read_summary(folder), asked.again) and not stop.exists():
            _attempt(cfg, folder, asked, stop)
    except Exception as error:  # whatever it is, it is to end no other job
        _say(folder, f"failed: {type(error).__name__}: {status.one_line(str(error))}")
    if stop.exists():
        _wait_for_others(home)
        raise KeyboardInterrupt
    return _worth(cfg, folder)


def is_busy(folder: Path) -> bool:
    """Whether a process trains in `folder` now."""
    return not _free(folder, patience=0)


def _worth(cfg: DictConfig, folder: Path) -> float:
    """What a search is to think of the job in `folder`."""
    found = status.read_summary(folder)
    if found and found["state"] == "completed":
        try:
            return float(read_metrics(folder)[-1][f"val_{found['metric']}"])
        except (OSError, Unreadable, LookupError) as error:
            _say(folder, f"{METRICS} cannot be read: {error}; to a search it counts as a guess")
    return build_task(cfg.task).baseline


def _attempt(cfg: DictConfig, folder: Path, asked: sweep.Sweep, stop: Path) -> None:
    """Run the job in a process of its own; leave in its folder how that ended."""
    try:
        experiment = check(_with_resources(cfg, folder, asked.at_once))
    except UserError as error:  # a sweeper drew it; other jobs were checked before the first began
        _fail(folder, None, f"UserError: {error}")
        return
    for _ in range(_TRIES):
        if not _free(folder, _PATIENCE):
            _say(folder, "another process trains in this folder; the job is left to it")
            return
        if stop.exists():
            return
        try:
            code = _job_server().run(_plain(experiment), folder, asked.again, stop)
        except JobServerEnded as error:
            _job_server.cache_clear()
            why = str(error)
            continue
        if not stop.exists():
            _tell(folder, experiment, code)
        return
    _fail(folder, experiment, f"{why}, {_TRIES} times")


def _tell(folder: Path, experiment: Experiment, code: int) -> None:
    """Let the summary say how a job ended that could not say it itself."""
    found = status.read_summary(folder)
    if code < 0:
        _fail(folder, experiment, _killed(-code))
    elif found is None or found["state"] == "running":
        _fail(
            folder,
            experiment,
            f"its process ended with exit code {code} in mid-run; see {LOG}",
        )


def _fail(folder: Path, experiment: Experiment | None, error: str) -> None:
    try:
        status.record_failure(folder, experiment, error)
    except OSError as trouble:  # the disk may be what has ended it
        _say(folder, f"failed: {error}; its folder cannot be written: {trouble.strerror}")


def _say(folder: Path, told: str) -> None:
    """Tell of a job on the terminal what its folder cannot tell."""
    print(f"{folder.name}: {told}", file=sys.stderr, flush=True)


def _plain(experiment: Experiment) -> dict[str, Any]:
    config: Any = OmegaConf.to_container(experiment.config, enum_to_str=True)
    return dict(config)


def _with_resources(cfg: DictConfig, folder: Path, at_once: int) -> dict[str, Any]:
    """`cfg` with a fair share of the machine, unless it says how much.

    How a sum is divided among threads shows in its last digit, so a run keeps the number with
    which it has begun; the memory of a GPU shows in nothing.
    """
    values: Any = OmegaConf.to_container(cfg, enum_to_str=True)
    hardware = values["hardware"]
    if hardware["threads"] is None:
        hardware["threads"] = _threads(folder)
    values["hardware"] = hardware | resources_per_job(hardware, at_once)
    return values


def _threads(folder: Path) -> int | None:
    """With how many threads the run in `folder` has begun; None where that cannot be read."""
    try:
        threads = yaml_of(folder / CONFIG)["hardware"]["threads"]
    except (FileNotFoundError, Unreadable, LookupError, TypeError):
        return None  # what is wrong with the file the run itself is going to tell
    return threads if isinstance(threads, int) else None


def _free(folder: Path, patience: float) -> bool:
    """Wait for a process that still saves there, of a start of the sweep that was killed."""
    if not (folder / sweep.LOCK).exists():
        return True
    try:
        with FileLock(folder / sweep.LOCK, timeout=patience):
            return True
    except Timeout:
        return False
    except OSError:
        return True  # what is wrong with the folder the run itself is going to tell


def _killed(number: int) -> str:
    told = f"killed by {signal.Signals(number).name}"
    if number == signal.SIGKILL:
        told += ", as the system does when memory runs out"
    return told


@cache
def _job_server() -> JobServer:
    """This process's; it ends when this process does."""
    return JobServer()


def _leave_interrupts_to_the_sweep() -> None:
    """Ignore SIGINT in a launcher's process: Ctrl-C reaches all, but one is to wind all down."""
    at_the_main = threading.current_thread() is threading.main_thread()
    if at_the_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _wait_for_others(home: Path) -> None:
    """Wait until every job has saved: launchers kill the others when the first one raises."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and any(
        found and found["state"] == "running"
        for found in status.read_summaries(home, None).values()
    ):
        time.sleep(0.1)
