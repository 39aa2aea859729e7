"""Groups the runs as they are compared: by task, and within a task by equal settings."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rnnexp.config.errors import UserError
from rnnexp.report.group.choice import check_choice
from rnnexp.report.group.factors import find_factors, varying_factors
from rnnexp.report.group.run_group import RunGroup, Section, sort_key
from rnnexp.report.group.together import changing_together
from rnnexp.report.group.values import format_factor
from rnnexp.report.read.runs import Run
from rnnexp.report.text import SHORT, plain

MAX_SECTIONS = 20
"""A page with more sections than this, each with a dozen figures, would not be read."""


def group_runs(runs: Sequence[Run], compare: Sequence[str] | None = None) -> list[Section]:
    """Group runs by task and metric. Runs that cannot be read or have no settings are left out.

    Args:
        runs: The runs.
        compare: The factors to compare. Each combination of the values of all others becomes a
            section of its own. None: all factors are compared.

    Raises:
        UserError: `compare` names no factor, or leaves too many sections.
    """
    runs = [run for run in runs if run.readable and run.settings]
    found = find_factors([run.settings for run in runs])
    chosen = None if compare is None else check_choice(compare, found, runs)
    sections = []
    for title, metric, rows in _by_task_and_metric(runs, found.table):
        sections += _sections(
            title, metric, [runs[i] for i in rows], found.table.iloc[rows], chosen
        )
    if chosen is not None and len(sections) > MAX_SECTIONS:
        raise UserError(
            f"--compare: the settings that are not compared have {len(sections)} combinations, "
            f"each of which would be a section, expected {MAX_SECTIONS} at most; compare more of "
            f"{', '.join(map(plain, found.table))}, or name fewer folders"
        )
    return sections


def _by_task_and_metric(
    runs: Sequence[Run], factors: pd.DataFrame
) -> list[tuple[str, str, list[int]]]:
    """The title and the metric of each section, and the positions of its runs."""
    tasks = [_task(run, row) for run, (_, row) in zip(runs, factors.iterrows(), strict=True)]
    kinds = list(zip(tasks, _metrics(runs, tasks), strict=True))
    found = []
    for task, metric in dict.fromkeys(kinds):
        has_several_metrics = len({other for name, other in kinds if name == task}) > 1
        title = f"{task} ({plain(metric, SHORT)})" if has_several_metrics else task
        found.append((title, metric, [i for i, kind in enumerate(kinds) if kind == (task, metric)]))
    return found


def _task(run: Run, row: pd.Series) -> str:
    name = str(run.settings.get("task._target_", "task")).rpartition(".")[2]
    return plain(row.get("task", name), SHORT)


def _metrics(runs: Sequence[Run], tasks: Sequence[str]) -> list[str]:
    """The metric of each run: scores of two metrics cannot be compared.

    A run without a metric, or that has not completed, is placed with most runs of its task.
    """
    own = [run.summary.get("metric") for run in runs]
    usual = {}
    for task in dict.fromkeys(tasks):
        of_task = [(run, m) for run, m, name in zip(runs, own, tasks, strict=True) if name == task]
        known = [m for run, m in of_task if m and run.completed] or [m for _, m in of_task if m]
        usual[task] = max(known, key=known.count, default="score")
    return [
        metric if metric and run.completed else usual[task]
        for run, metric, task in zip(runs, own, tasks, strict=True)
    ]


def _sections(
    title: str, metric: str, runs: list[Run], factors: pd.DataFrame, chosen: list[str] | None
) -> list[Section]:
    """One section, or one for each combination of the factors that were not chosen."""
    together = changing_together(varying_factors(factors))
    if chosen is None:
        return [_section(title, metric, runs, factors)]
    others = [
        name for name, same in together.items() if not set(chosen).intersection([name, *same])
    ]
    rows_by_values: dict[tuple[Any, ...], list[int]] = {}
    for i, values in enumerate(factors[others].itertuples(index=False, name=None)):
        rows_by_values.setdefault(values, []).append(i)
    return [
        _section(
            ", ".join([title, *map(format_factor, others, values)]),
            metric,
            [runs[i] for i in rows],
            factors.iloc[rows],
        )
        for values, rows in sorted(
            rows_by_values.items(), key=lambda item: [sort_key(value) for value in item[0]]
        )
    ]


def _section(title: str, metric: str, runs: list[Run], factors: pd.DataFrame) -> Section:
    runs_by_values: dict[tuple[Any, ...], list[Run]] = {}
    for run, values in zip(runs, factors.itertuples(index=False, name=None), strict=True):
        runs_by_values.setdefault(values, []).append(run)
    together = changing_together(varying_factors(factors))
    groups = []
    for values, members in runs_by_values.items():
        all_values = dict(zip(factors, values, strict=True))
        own = {name: all_values[name] for name in together}
        groups.append(RunGroup(own, all_values, together, members))
    groups.sort(key=lambda group: [sort_key(value) for value in group.values.values()])
    return Section(title, metric, together, groups)
