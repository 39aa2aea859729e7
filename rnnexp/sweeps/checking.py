"""The jobs of a sweep, each checked before the first of them begins."""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig
from tqdm import tqdm

from rnnexp.config.check import check
from rnnexp.config.compose import mistakes
from rnnexp.config.errors import UserError
from rnnexp.sweeps.loader import Loader

_MANY = 50  # jobs, for which one waits long enough to be told
_WAIT = 0.5  # seconds until a bar is shown


def check_jobs(loader: Loader, settings: DictConfig, jobs: Mapping[int, Sequence[str]]) -> None:
    """Check each of the `jobs`: by their numbers, the overrides of each.

    Raises UserError for a mistake in any of them, and where two would train the same.
    """
    if len(jobs) >= _MANY and not sys.stderr.isatty():
        print(f"checking {len(jobs)} jobs", file=sys.stderr, flush=True)
    alike: defaultdict[str, dict[Any, int]] = defaultdict(dict)
    for number, job in _shown(jobs):
        with mistakes():
            config = loader.values(settings, job, number)
        seed = config.get("seed")
        seeds = alike[json.dumps(config | {"seed": None}, sort_keys=True, default=str)]
        if not seeds:
            check(config)
        if seed in seeds:
            raise UserError(
                f"the jobs {seeds[seed]} and {number} would train the same, "
                f"{' '.join(job) or 'without overrides'}; leave one of them out"
            )
        seeds[seed] = number
    for seeds in alike.values():
        # Where the least seed and the greatest one are valid, all between them are.
        for seed in {min(seeds), max(seeds)} - {next(iter(seeds))}:
            with mistakes():
                config = loader.values(settings, jobs[seeds[seed]], seeds[seed])
            check(config)


def _shown(jobs: Mapping[int, Sequence[str]]) -> Any:
    """`jobs` one after another, with a bar on a terminal where they take long."""
    return tqdm(
        jobs.items(),
        desc="checking the jobs",
        unit="job",
        disable=not sys.stderr.isatty(),
        delay=_WAIT,
        leave=False,
    )
