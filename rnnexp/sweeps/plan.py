"""The plan of a sweep from its command line: which jobs, in which folder, how many at once."""

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig

from rnnexp.config.check import check
from rnnexp.config.compose import search_path
from rnnexp.config.cores import cores
from rnnexp.config.errors import UserError
from rnnexp.config.hydra_errors import user_errors
from rnnexp.sweeps import status
from rnnexp.sweeps.checking import check_jobs
from rnnexp.sweeps.grid import grid, parse, samples
from rnnexp.sweeps.loader import Loader, task_overrides
from rnnexp.sweeps.sweep import Sweep, quoted

_SUBMITIT_LOCAL = "LocalLauncher"
_MAX_NAME = 255  # bytes, the limit of common file systems


@dataclass(frozen=True)
class Plan:
    """A sweep, its folder, and what Hydra needs to run it.

    Attributes:
        sweep: What `sweep.json` records.
        folder: The folder of the sweep.
        loader: Composes the configs of the jobs.
        settings: The config of the whole sweep.
        jobs: The overrides of every job, None where a sweeper draws them.
        left: The numbers of the jobs that still need training.
    """

    sweep: Sweep
    folder: Path
    loader: Loader
    settings: DictConfig
    jobs: list[list[str]] | None
    left: list[int]

    def job_folder(self, number: int) -> Path:
        """The folder of the job with this number; jobs that a sweeper draws have none yet."""
        assert self.sweep.names is not None
        return self.folder / self.sweep.names[number]


def plan(overrides: Sequence[str], config_dir: str | None, again: bool) -> Plan:
    """Plan `rnnexp train -m *overrides`, and check every job that is known beforehand.

    Args:
        overrides: Those of the command line.
        config_dir: A folder of additional YAML files, or None.
        again: Whether failed jobs are tried again.

    Raises:
        UserError: A job is invalid, or the folder holds another sweep.
    """
    with user_errors():
        loader = Loader(search_path(config_dir))
        settings = _settings(loader, overrides)
        hydra = settings.hydra
        folder = Path(hydra.sweep.dir)
        sweep = Sweep(list(overrides), config_dir, None, 1, again)
        sweep.check(folder)
        params = [f"{key}={value}" for key, value in (hydra.sweeper.get("params") or {}).items()]
        parsed = parse([*params, *task_overrides(settings)], loader)
        if class_name(hydra.sweeper) != "BasicSweeper":
            _require_search_space(parsed, hydra.sweeper)
            for sample in samples(parsed):
                check(loader.values(settings, sample))
            trials = hydra.sweeper.get("n_trials")
            sweep = replace(sweep, jobs=trials, at_once=_jobs_at_once(hydra, trials))
            return Plan(sweep, folder, loader, settings, None, [])
        jobs = grid(parsed)
        names = _names(loader, settings, jobs)
    return _plan_of(replace(sweep, names=names), loader, settings, jobs)


def plan_paper(
    paper: str, jobs: Mapping[str, list[str]], overrides: Sequence[str], again: bool
) -> Plan:
    """Plan the jobs of a row of conf/paper, and check each of them.

    Args:
        paper: The name of the row.
        jobs: The overrides of every job by the name of its folder.
        overrides: Those that are shared by all jobs, and Hydra's, with the folder among them.
        again: Whether failed jobs are tried again.

    Raises:
        UserError: A job is invalid, or the folder holds another sweep.
    """
    with user_errors():
        loader = Loader(search_path(None))
        settings = _settings(loader, [f"paper={paper}", *overrides])
    sweep = Sweep(list(overrides), None, None, 1, again, list(jobs), paper)
    shared = task_overrides(settings)
    return _plan_of(sweep, loader, settings, [[*job, *shared] for job in jobs.values()])


def _plan_of(sweep: Sweep, loader: Loader, settings: DictConfig, jobs: list[list[str]]) -> Plan:
    """The plan of a sweep whose jobs and their names are known."""
    folder, names = Path(settings.hydra.sweep.dir), sweep.names
    at_once = _jobs_at_once(settings.hydra, len(jobs))
    sweep = replace(sweep, jobs=len(jobs), at_once=at_once)
    sweep.check(folder)
    left = [
        number
        for number, summary in enumerate(status.read_summaries(folder, names).values())
        if not status.is_settled(summary, sweep.again)
    ]
    check_jobs(loader, settings, {number: jobs[number] for number in left})
    return Plan(sweep, folder, loader, settings, jobs, left)


def _settings(loader: Loader, overrides: Sequence[str]) -> DictConfig:
    """The config of the whole sweep. Raises UserError for settings that no sweep can have."""
    try:
        hydra = loader.master(overrides).hydra
    except (AssertionError, AttributeError, LookupError) as error:
        given = [override for override in overrides if "hydra." in override.partition("=")[0]]
        raise UserError(
            f"{' '.join(given)}: Hydra does not accept these values: "
            f"{str(error).partition(chr(10))[0]}; leave them out, and list what is swept as in "
            "seed=0,1"
        ) from error
    _check_numbers_of_jobs(hydra)
    if class_name(hydra.launcher) == "SlurmLauncher" and not shutil.which("srun"):
        raise UserError(
            "hydra/launcher=submitit_slurm: expected Slurm on this machine, found no srun; "
            "start the sweep on a login node of the cluster, or leave the launcher out"
        )
    return loader.master([*overrides, *_additions(hydra)])


def _check_numbers_of_jobs(hydra: DictConfig) -> None:
    for key in ("max_batch_size", "n_trials", "n_jobs"):
        number = hydra.sweeper.get(key)
        if number is not None and number < 1:
            raise UserError(f"hydra.sweeper.{key}: expected more than 0, got {number}")
    if hydra.launcher.get("n_jobs") == 0:
        raise UserError(
            "hydra.launcher.n_jobs: expected a number of jobs at once, or -1 for one per core, "
            "got 0"
        )


def _additions(hydra: DictConfig) -> list[str]:
    """The overrides that a sweep adds to those of its command line."""
    # The folder is fixed here because its name may contain the time.
    additions = [f"hydra.sweep.dir={quoted(str(hydra.sweep.dir))}"]
    if class_name(hydra.launcher) == _SUBMITIT_LOCAL and "max_batch_size" in hydra.sweeper:
        # This launcher starts all jobs of a batch at once, however many there are.
        additions.append(f"hydra.sweeper.max_batch_size={_batch_size(hydra)}")
    if "submitit_folder" in hydra.launcher:
        # A new folder for each start: submitit unpickles whatever results are there already.
        parent, _, job = hydra.launcher._get_node("submitit_folder")._value().rpartition("%j")
        start = secrets.token_hex(4)
        own = f"{parent}{start}/%j{job}" if parent else f"{job}/{start}"
        additions.append(f"hydra.launcher.submitit_folder={quoted(own)}")
    return additions


def _batch_size(hydra: DictConfig) -> int:
    return int(hydra.sweeper.get("max_batch_size") or cores())


def _require_search_space(overrides: Sequence[Override], sweeper: DictConfig) -> None:
    """Raise UserError where a sweeper that searches has no values to draw from."""
    elsewhere = sweeper.get("search_space") or sweeper.get("custom_search_space")
    if not elsewhere and not any(override.is_sweep_override() for override in overrides):
        raise UserError(
            "hydra/sweeper: expected values to draw from, got none; add some, as in "
            "'model.units=choice(32,64)' or 'optimizer.learning_rate=interval(1e-4,1e-2)'"
        )


def _names(loader: Loader, settings: DictConfig, jobs: Sequence[Sequence[str]]) -> list[str]:
    """The name of every job's folder. Raises UserError where two jobs would have the same."""
    names = [loader.name(settings, job, number) for number, job in enumerate(jobs)]
    numbers: dict[str, int] = {}
    for number, name in enumerate(names):
        if name in ("", ".", "..") or os.sep in name or len(name.encode()) > _MAX_NAME:
            raise UserError(
                f"hydra.sweep.subdir: expected a plain name for each job's folder, without "
                f"{os.sep} and of at most {_MAX_NAME} bytes, got '{name}'"
            )
        if numbers.setdefault(name, number) != number:
            raise UserError(
                f"hydra.sweep.subdir: expected a folder for each job, got {name} for the jobs "
                f"{numbers[name]} and {number}; use ${{hydra:job.num}} in it"
            )
    return names


def _jobs_at_once(hydra: DictConfig, jobs: int | None) -> int:
    """How many jobs share this machine."""
    launcher = class_name(hydra.launcher)
    if launcher == "JoblibLauncher":
        workers = hydra.launcher.n_jobs
        limit = workers if workers > 0 else max(1, cores() + 1 + workers)
    elif launcher in (_SUBMITIT_LOCAL, "RayLauncher"):
        limit = _batch_size(hydra)
    else:  # one after another, or each on a machine of its own
        limit = 1
    batch = hydra.sweeper.get("n_jobs") or jobs or limit
    return max(1, int(min(limit, batch, jobs or limit)))


def class_name(node: Any) -> str:
    """The name of the class in the config of one of Hydra's plugins."""
    return str(node.get("_target_", "")).rpartition(".")[2]
