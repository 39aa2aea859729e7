"""From a command line with -m to what is to be done: which jobs, where, how many at once."""

import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig

from rnnexp.config.check import check
from rnnexp.config.compose import mistakes, search_path
from rnnexp.config.cores import cores
from rnnexp.config.errors import UserError
from rnnexp.sweeps import status
from rnnexp.sweeps.checking import check_jobs
from rnnexp.sweeps.grid import grid, parse, samples
from rnnexp.sweeps.loader import Loader, task_overrides
from rnnexp.sweeps.sweep import Sweep, quoted

_SUBMITIT_LOCAL = "LocalLauncher"
_LONGEST_NAME = 255  # bytes, on every file system that is in use


@dataclass(frozen=True)
class Plan:
    """A sweep and its folder; what Hydra is to be told of it.

    settings: the config of the whole sweep. jobs: the overrides of each, None where a sweeper is
    to draw them. left: the numbers of those that are not settled.
    """

    sweep: Sweep
    folder: Path
    loader: Loader
    settings: DictConfig
    jobs: list[list[str]] | None
    left: list[int]


def plan(overrides: Sequence[str], config_dir: str | None, again: bool) -> Plan:
    """What `rnnexp train -m *overrides` is to do; every job that can be known is checked.

    Raises UserError for a mistake in any of them, and for a folder that holds another sweep.
    """
    with mistakes():
        loader = Loader(search_path(config_dir))
        settings = _settings(loader, overrides)
        hydra = settings.hydra
        folder = Path(hydra.sweep.dir)
        asked = Sweep(list(overrides), config_dir, None, 1, again)
        asked.check(folder)
        given = [f"{key}={value}" for key, value in (hydra.sweeper.get("params") or {}).items()]
        parsed = parse([*given, *task_overrides(settings)], loader)
        if _name(hydra.sweeper) != "BasicSweeper":
            _need_space(parsed, hydra.sweeper)
            for sample in samples(parsed):
                check(loader.values(settings, sample))
            trials = hydra.sweeper.get("n_trials")
            asked = replace(asked, jobs=trials, at_once=_at_once(hydra, trials))
            return Plan(asked, folder, loader, settings, None, [])
        jobs = grid(parsed)
        names = _names(loader, settings, jobs)
    asked = replace(asked, jobs=len(jobs), at_once=_at_once(hydra, len(jobs)), names=names)
    asked.check(folder)
    left = [
        number
        for number, found in enumerate(status.read_summaries(folder, names).values())
        if not status.is_settled(found, again)
    ]
    check_jobs(loader, settings, {number: jobs[number] for number in left})
    return Plan(asked, folder, loader, settings, jobs, left)


def _settings(loader: Loader, overrides: Sequence[str]) -> DictConfig:
    """The config of the whole sweep; raises UserError for what no sweep can be started with."""
    try:
        hydra = loader.master(overrides).hydra
    except (AssertionError, AttributeError, LookupError) as error:
        given = [override for override in overrides if "hydra." in override.partition("=")[0]]
        raise UserError(
            f"{' '.join(given)}: Hydra takes no such values: {str(error).partition(chr(10))[0]}; "
            "leave them out, and say what is swept as in seed=0,1"
        ) from error
    # From now on without the time in it.
    extra = [f"hydra.sweep.dir={quoted(str(hydra.sweep.dir))}"]
    for key in ("max_batch_size", "n_trials", "n_jobs"):
        number = hydra.sweeper.get(key)
        if number is not None and number < 1:
            raise UserError(f"hydra.sweeper.{key}: expected more than 0, got {number}")
    batch = hydra.sweeper.get("max_batch_size")
    if _name(hydra.launcher) == _SUBMITIT_LOCAL and "max_batch_size" in hydra.sweeper and not batch:
        # It starts all it is given at once, however many they are.
        extra.append(f"hydra.sweeper.max_batch_size={cores()}")
    if "submitit_folder" in hydra.launcher:
        # Of its own for each start: results that stand there already are unpickled, whose ever.
        home, _, job = hydra.launcher._get_node("submitit_folder")._value().rpartition("%j")
        own = f"{home}{secrets.token_hex(4)}/%j{job}" if home else f"{job}/{secrets.token_hex(4)}"
        extra.append(f"hydra.launcher.submitit_folder={quoted(own)}")
    if hydra.launcher.get("n_jobs") == 0:
        raise UserError("hydra.launcher.n_jobs: expected how many jobs at once, or -1, got 0")
    if _name(hydra.launcher) == "SlurmLauncher" and not shutil.which("srun"):
        raise UserError(
            "hydra/launcher=submitit_slurm: expected Slurm on this machine, found no srun; "
            "start the sweep where jobs are given to Slurm, or leave the launcher out"
        )
    return loader.master([*overrides, *extra])


def _need_space(overrides: Sequence[Override], sweeper: DictConfig) -> None:
    """Raise UserError where a sweeper that draws values is given none to draw from."""
    elsewhere = sweeper.get("search_space") or sweeper.get("custom_search_space")
    if not elsewhere and not any(override.is_sweep_override() for override in overrides):
        raise UserError(
            "hydra/sweeper: expected values to draw from, got none; name some, as in "
            "'model.units=choice(32,64)' or 'optimizer.learning_rate=interval(1e-4,1e-2)'"
        )


def _names(loader: Loader, settings: DictConfig, jobs: Sequence[Sequence[str]]) -> list[str]:
    """Of the folder of each job; raises UserError where two jobs would have the same."""
    names = [loader.name(settings, job, number) for number, job in enumerate(jobs)]
    numbers: dict[str, int] = {}
    for number, name in enumerate(names):
        if name in ("", ".", "..") or os.sep in name or len(name.encode()) > _LONGEST_NAME:
            raise UserError(
                f"hydra.sweep.subdir: expected a plain name for each job's folder, got '{name}'"
            )
        if numbers.setdefault(name, number) != number:
            raise UserError(
                f"hydra.sweep.subdir: expected a folder for each job, got {name} for the jobs "
                f"{numbers[name]} and {number}; name them by ${{hydra:job.num}}"
            )
    return names


def _at_once(hydra: DictConfig, jobs: int | None) -> int:
    """How many jobs share this machine."""
    launcher = _name(hydra.launcher)
    if launcher == "JoblibLauncher":
        workers = hydra.launcher.n_jobs
        most = workers if workers > 0 else max(1, cores() + 1 + workers)
    elif launcher in (_SUBMITIT_LOCAL, "RayLauncher"):
        most = hydra.sweeper.get("max_batch_size") or cores()
    else:  # one after another, or each on a machine of its own
        most = 1
    batch = hydra.sweeper.get("n_jobs") or jobs or most
    return max(1, int(min(most, batch, jobs or most)))


def _name(node: Any) -> str:
    """Of the class that a Hydra plugin's config names."""
    return str(node.get("_target_", "")).rpartition(".")[2]
