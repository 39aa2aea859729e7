"""One job of a sweep, in whatever process a launcher runs it: skipped, continued or begun."""

import signal
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from rnnexp.experiment.check import build_task, check
from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import CONFIG
from rnnexp.experiment.metrics import read_metrics
from rnnexp.experiment.schema import register
from rnnexp.sweeps import sweep, verdict
from rnnexp.sweeps.nursery import Nursery
from rnnexp.sweeps.shares import shares

_PATIENCE = 120.0  # seconds for another process to save

# A launcher's process imports this module and nothing else before it needs the resolvers.
register()


def job(cfg: DictConfig) -> float:
    """Run the job whose folder Hydra has made; return what a sweeper is to search by.

    That is its last score on the validation split: the test split must have no say in what is
    chosen. What a guess scores stands for a job that failed: for an exception Hydra would end the
    whole sweep. Raises KeyboardInterrupt once somebody has stopped the sweep.
    """
    _leave_interrupts_to_the_sweep()
    hydra = HydraConfig.get()
    folder, home = Path(hydra.runtime.output_dir), Path(hydra.sweep.dir)
    stop = home / sweep.STOP
    asked = sweep.read(home)
    if not _settled(folder, asked.again) and not stop.exists():
        _attempt(cfg, folder, asked, stop)
    if stop.exists():
        _wait_for_others(home)
        raise KeyboardInterrupt
    found = verdict.read(folder)
    if found and found["state"] == "completed":
        return float(read_metrics(folder)[-1][f"val_{found['metric']}"])
    return build_task(cfg.task, list(cfg.trust)).baseline


def _settled(folder: Path, again: bool) -> bool:
    """Whether nothing is left to do in `folder`."""
    found = verdict.read(folder)
    if found is None:
        return False
    return found["state"] == "completed" or (found["state"] == "failed" and not again)


def _attempt(cfg: DictConfig, folder: Path, asked: sweep.Sweep, stop: Path) -> None:
    """Run the job in a process of its own; leave in its folder how that ended."""
    try:
        experiment = check(_with_its_share(cfg, folder, asked.at_once))
    except UserError as error:  # a sweeper drew it; other jobs were checked before the first began
        verdict.fail(folder, None, f"UserError: {error}")
        return
    config = OmegaConf.to_container(experiment.config, enum_to_str=True)
    assert isinstance(config, dict)
    if not _free(folder):
        return
    code = _nursery().run(config, folder, asked.again, stop)  # type: ignore[arg-type]
    if code < 0 and not stop.exists():
        verdict.fail(folder, experiment, _killed(-code))


def _with_its_share(cfg: DictConfig, folder: Path, at_once: int) -> dict[str, Any]:
    """`cfg` with a fair share of the machine, unless it says how much.

    How a sum is divided among threads shows in its last digit, so a run keeps the number with
    which it has begun; the memory of a GPU shows in nothing.
    """
    values: Any = OmegaConf.to_container(cfg, enum_to_str=True)
    hardware = values["hardware"]
    if hardware["threads"] is None and (folder / CONFIG).exists():
        hardware["threads"] = OmegaConf.load(folder / CONFIG).hardware.threads
    values["hardware"] = hardware | shares(hardware, at_once)
    return values


def _free(folder: Path) -> bool:
    """Wait for a process that still saves there, of a start of the sweep that was killed."""
    if not (folder / sweep.LOCK).exists():
        return True
    try:
        with FileLock(folder / sweep.LOCK, timeout=_PATIENCE):
            return True
    except Timeout:
        return False


def _killed(number: int) -> str:
    told = f"killed by {signal.Signals(number).name}"
    if number == signal.SIGKILL:
        told += ", as the system does when memory runs out"
    return told


@cache
def _nursery() -> Nursery:
    """This process's; it ends when this process does."""
    return Nursery()


def _leave_interrupts_to_the_sweep() -> None:
    """Ignore SIGINT in a launcher's process: Ctrl-C reaches all, but one is to wind all down."""
    at_the_main = threading.current_thread() is threading.main_thread()
    if at_the_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _wait_for_others(home: Path) -> None:
    """Wait until every job has saved: launchers kill the others when the first one raises."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and any(
        found["state"] == "running" for found in verdict.of_all(home).values()
    ):
        time.sleep(0.1)
