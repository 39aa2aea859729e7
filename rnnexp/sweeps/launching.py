"""The jobs of a sweep handed to Hydra's launcher, which runs them where it is told to."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any

from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.types import HydraContext
from omegaconf.errors import OmegaConfBaseException

from rnnexp.config.compose import mistakes
from rnnexp.config.errors import UserError
from rnnexp.runs.disk_errors import disk_trouble_told
from rnnexp.sweeps import status, sweep
from rnnexp.sweeps.jobs import is_busy, run_job
from rnnexp.sweeps.loader import hydra_overrides, numbered, task_overrides
from rnnexp.sweeps.plan import Plan

_TRIES = 3  # of a launcher that breaks without having ended a single job
_LONGEST = 500  # letters of an error: submitit's holds a traceback of its process
_POLL = 0.5  # seconds between two looks at jobs that go on without their launcher


def launch(planned: Plan) -> None:
    """Run every job that is left; return when none runs any more.

    A launcher whose processes were killed is begun anew for the jobs that it had not ended.
    Raises UserError where a sweeper or a launcher refuses its settings, or breaks for good.
    """
    # What a launcher starts must not take a module of the current folder for one of Python's.
    os.environ["PYTHONSAFEPATH"] = "1"
    # Hydra would print an error at its own length and leave; so it hands it on.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    hydra = Hydra("rnnexp train", planned.loader)
    GlobalHydra.instance().initialize(hydra)
    try:
        with _told(planned), disk_trouble_told(planned.folder):
            if planned.jobs is None:
                arguments = [*hydra_overrides(planned.settings), *task_overrides(planned.settings)]
                hydra.multirun("config", partial(run_job, os.getpid()), arguments)
            else:
                _launch_grid(planned)
    finally:
        GlobalHydra.instance().clear()


def _launch_grid(planned: Plan) -> None:
    left, tries = planned.left, _TRIES
    before = {number: _written(planned, number) for number in left}
    while left:
        try:
            _launch(planned, left)
            return
        except BrokenProcessPool:
            if (planned.folder / sweep.STOP).exists():
                raise
            unended = [n for n in left if not _has_ended(planned, n, before[n])]
            tries = _TRIES if len(unended) < len(left) else tries - 1
            if not tries:
                raise
            left = unended


def _launch(planned: Plan, numbers: Sequence[int]) -> None:
    settings = planned.settings
    assert planned.jobs is not None and planned.sweep.names is not None
    callbacks = Callbacks(settings)
    callbacks.on_multirun_start(config=settings, config_name="config")
    launcher = Plugins.instance().instantiate_launcher(
        hydra_context=HydraContext(planned.loader, callbacks),
        task_function=partial(run_job, os.getpid()),
        config=settings,
    )
    jobs = [
        numbered(planned.jobs[number], number, planned.sweep.names[number]) for number in numbers
    ]
    most = settings.hydra.sweeper.get("max_batch_size") or len(jobs)
    for start in range(0, len(jobs), most):
        launcher.launch(jobs[start : start + most], initial_job_idx=start)
    callbacks.on_multirun_end(config=settings, config_name="config")


def _written(planned: Plan, number: int) -> int | None:
    """When the summary of a job was last written, in ns; None where it was not."""
    assert planned.sweep.names is not None
    return status.modified_at(planned.folder / planned.sweep.names[number])


def _has_ended(planned: Plan, number: int, before: int | None) -> bool:
    """Whether a job has ended since its summary was written at `before`."""
    assert planned.sweep.names is not None
    found = status.read_summary(planned.folder / planned.sweep.names[number])
    return status.is_settled(found, again=False) and _written(planned, number) != before


@contextmanager
def _told(planned: Plan) -> Iterator[None]:
    """Raise what a sweeper or a launcher of somebody else's raises as a UserError of one line."""
    try:
        yield
    except UserError:
        raise
    except (HydraException, OmegaConfBaseException):
        with mistakes():
            raise
    except Exception as error:
        if (planned.folder / sweep.STOP).exists():
            return  # a launcher's way to say that jobs were stopped
        _wait_for_jobs(planned)
        hydra = planned.settings.hydra
        raise UserError(
            f"{_class(hydra.sweeper)} with {_class(hydra.launcher)}: "
            f"{type(error).__name__}: {status.one_line(str(error))[:_LONGEST]}"
        ) from error


def _class(node: Any) -> str:
    return str(node.get("_target_", "")).rpartition(".")[2]


def _wait_for_jobs(planned: Plan) -> None:
    """Wait for jobs that go on without the launcher that has started them."""
    folders = status.read_summaries(planned.folder, planned.sweep.names)
    while any(is_busy(folder) for folder in folders):
        if (planned.folder / sweep.STOP).exists():
            return
        time.sleep(_POLL)
