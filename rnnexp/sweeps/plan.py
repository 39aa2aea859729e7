"""From a command line with -m to what is to be done: which jobs, where, how many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import IntervalSweep, Override
from omegaconf import DictConfig

from rnnexp.experiment.check import check
from rnnexp.experiment.compose import compose, grid, multirun, parse
from rnnexp.experiment.cores import cores
from rnnexp.sweeps.sweep import Sweep, quoted, refuse_other

_SUBMITIT_LOCAL = "LocalLauncher"


@dataclass(frozen=True)
class Plan:
    """A sweep and its folder; `extra`: what Hydra is to be told beyond the command line."""

    sweep: Sweep
    folder: Path
    extra: list[str]


def plan(overrides: Sequence[str], config_dir: str | None, again: bool) -> Plan:
    """What `rnnexp train -m *overrides` is to do; every job that can be known is checked.

    Raises UserError for a mistake in any of them, and for a folder that holds another sweep.
    """
    hydra = multirun(overrides, config_dir)
    folder = Path(hydra.sweep.dir)
    refuse_other(folder, overrides, config_dir)
    jobs = _check_jobs(hydra, overrides, config_dir)
    extra = [f"hydra.sweep.dir={quoted(hydra.sweep.dir)}"]
    if _name(hydra.launcher) == _SUBMITIT_LOCAL and hydra.sweeper.get("max_batch_size", 0) is None:
        # It starts all it is given at once, however many they are.
        extra.append(f"hydra.sweeper.max_batch_size={cores()}")
    asked = Sweep(list(overrides), config_dir, jobs, _at_once(hydra, jobs), again)
    return Plan(asked, folder, extra)


def _check_jobs(hydra: DictConfig, overrides: Sequence[str], config_dir: str | None) -> int | None:
    """Check every job of a grid, or one where a sweeper is to draw them; return how many they are.

    Raises UserError for a mistake in one of them.
    """
    sweeper = hydra.sweeper
    given = [f"{key}={value}" for key, value in (sweeper.get("params") or {}).items()]
    if _name(sweeper) == "BasicSweeper":
        jobs = grid([*given, *overrides], config_dir)
        for job in jobs:
            check(compose(job, config_dir))
        return len(jobs)
    check(compose([_first(o) for o in parse([*given, *overrides], config_dir)], config_dir))
    trials: int | None = sweeper.get("n_trials")
    return trials


def _first(override: Override) -> str:
    """`override` with the first of its values."""
    if not override.is_sweep_override():
        return str(override.input_line)
    value = override.value()
    if isinstance(value, IntervalSweep):
        return f"{override.get_key_element()}={value.start}"
    return f"{override.get_key_element()}={next(iter(override.sweep_string_iterator()))}"


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
    return int(min(most, batch, jobs or most))


def _name(node: Any) -> str:
    """Of the class that a Hydra plugin's config names."""
    return str(node.get("_target_", "")).rpartition(".")[2]
