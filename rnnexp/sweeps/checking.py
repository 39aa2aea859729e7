"""Checks of every job of a sweep before the first one begins."""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig
from tqdm import tqdm

from rnnexp.config.check import check
from rnnexp.config.compose import check_schedule
from rnnexp.config.errors import UserError
from rnnexp.config.hydra_errors import user_errors
from rnnexp.sweeps.loader import Loader

_MANY = 50  # jobs that take long enough to print a line
_DELAY = 0.5  # seconds until a progress bar is shown


def check_jobs(loader: Loader, settings: DictConfig, jobs: Mapping[int, Sequence[str]]) -> None:
    """Check all `jobs`, and that no two of them train the same.

    Jobs that differ in their seed only are checked once, with their smallest and largest seeds.

    Args:
        loader: Composes the configs.
        settings: The config of the whole sweep.
        jobs: The overrides of every job by its number.

    Raises:
        UserError: A job is invalid, or two jobs are the same.
    """
    if len(jobs) >= _MANY and not sys.stderr.isatty():
        print(f"checking {len(jobs)} jobs", file=sys.stderr, flush=True)
    groups: defaultdict[str, dict[Any, int]] = defaultdict(dict)
    for number, job in _with_progress_bar(jobs):
        with user_errors():
            config = loader.values(settings, job, number)
        seed = config.get("seed")
        seeds = groups[json.dumps(config | {"seed": None}, sort_keys=True, default=str)]
        if not seeds:
            check_schedule(job, config)
            check(config)
        if seed in seeds:
            raise UserError(
                f"the jobs {seeds[seed]} and {number} would train the same, "
                f"{' '.join(job) or 'without overrides'}; remove one of them"
            )
        seeds[seed] = number
    for seeds in groups.values():
        # If the smallest and the largest seed are valid, all between them are.
        for seed in {min(seeds), max(seeds)} - {next(iter(seeds))}:
            with user_errors():
                config = loader.values(settings, jobs[seeds[seed]], seeds[seed])
            check(config)


def _with_progress_bar(jobs: Mapping[int, Sequence[str]]) -> Any:
    """The items of `jobs`, with a progress bar on a terminal if they take long."""
    return tqdm(
        jobs.items(),
        desc="checking the jobs",
        unit="job",
        disable=not sys.stderr.isatty(),
        delay=_DELAY,
        leave=False,
    )
