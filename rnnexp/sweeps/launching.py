"""Runs the jobs of a sweep by a launcher of Hydra's."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hydra._internal.callbacks import Callbacks
from hydra._internal.hydra import Hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.types import HydraContext
from omegaconf.errors import OmegaConfBaseException

from rnnexp.config.errors import UserError
from rnnexp.config.hydra_errors import user_errors
from rnnexp.runs.disk_errors import raised_as_disk_error
from rnnexp.sweeps import status, sweep
from rnnexp.sweeps.jobs import is_busy, run_job
from rnnexp.sweeps.loader import hydra_overrides, task_overrides, with_number
from rnnexp.sweeps.plan import Plan, class_name

_TRIES = 3  # of a launcher that breaks before a single job has ended
_MAX_ERROR_LENGTH = 500  # characters: submitit's errors contain a traceback
_POLL = 0.5  # seconds between two checks of jobs that run on without their launcher


def launch(planned: Plan) -> None:
    """Run all jobs that are left, and return when none is running any more.

    If the processes of a launcher are killed, it is started again for the jobs that have not ended.

    Raises:
        UserError: A sweeper or launcher rejects its settings, or breaks repeatedly.
    """
    # A launcher's processes must not import a module of the current folder in place of Python's.
    os.environ["PYTHONSAFEPATH"] = "1"
    # Without this, Hydra prints errors itself and exits.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    hydra = Hydra("rnnexp train", planned.loader)
    GlobalHydra.instance().initialize(hydra)
    try:
        with _launcher_errors_as_user_errors(planned), raised_as_disk_error(planned.folder):
            if planned.jobs is None:
                arguments = [*hydra_overrides(planned.settings), *task_overrides(planned.settings)]
                hydra.multirun("config", partial(run_job, os.getpid()), arguments)
            else:
                _launch_grid(planned)
    finally:
        GlobalHydra.instance().clear()


def _launch_grid(planned: Plan) -> None:
    left, tries = planned.left, _TRIES
    before = {number: status.modified_at(planned.job_folder(number)) for number in left}
    while left:
        try:
            _launch(planned, left)
            return
        except BrokenProcessPool:
            if (planned.folder / sweep.STOP).exists():
                raise
            remaining = [n for n in left if not _has_ended(planned.job_folder(n), before[n])]
            tries = _TRIES if len(remaining) < len(left) else tries - 1
            if not tries:
                raise
            left = remaining


def _launch(planned: Plan, numbers: Sequence[int]) -> None:
    settings = planned.settings
    assert planned.jobs is not None
    callbacks = Callbacks(settings)
    callbacks.on_multirun_start(config=settings, config_name="config")
    launcher = Plugins.instance().instantiate_launcher(
        hydra_context=HydraContext(planned.loader, callbacks),
        task_function=partial(run_job, os.getpid()),
        config=settings,
    )
    jobs = [
        with_number(planned.jobs[number], number, planned.job_folder(number).name)
        for number in numbers
    ]
    batch_size = settings.hydra.sweeper.get("max_batch_size") or len(jobs)
    for start in range(0, len(jobs), batch_size):
        launcher.launch(jobs[start : start + batch_size], initial_job_idx=start)
    callbacks.on_multirun_end(config=settings, config_name="config")


def _has_ended(job: Path, before: int | None) -> bool:
    """Whether a job has ended after `before`, the time at which its summary was last written."""
    summary = status.read_summary(job)
    return status.is_settled(summary, again=False) and status.modified_at(job) != before


@contextmanager
def _launcher_errors_as_user_errors(planned: Plan) -> Iterator[None]:
    """Raise an error of Hydra's, a sweeper's or a launcher's as a UserError of one line."""
    try:
        yield
    except UserError:
        raise
    except (HydraException, OmegaConfBaseException):
        with user_errors():
            raise
    except Exception as error:
        if (planned.folder / sweep.STOP).exists():
            return  # some launchers raise when jobs are stopped
        _wait_for_jobs(planned)
        hydra = planned.settings.hydra
        raise UserError(
            f"{class_name(hydra.sweeper)} with {class_name(hydra.launcher)}: "
            f"{type(error).__name__}: {status.one_line(str(error))[:_MAX_ERROR_LENGTH]}"
        ) from error


def _wait_for_jobs(planned: Plan) -> None:
    """Wait for jobs that run on without the launcher that started them."""
    folders = status.read_summaries(planned.folder, planned.sweep.names)
    while any(is_busy(folder) for folder in folders):
        if (planned.folder / sweep.STOP).exists():
            return
        time.sleep(_POLL)
