"""Groups the runs as they are compared: by task, and within a task by equal settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rnnexp.report.group.factors import find_factors, format_factor, varying_factors
from rnnexp.report.read.runs import Run
from rnnexp.report.text import SHORT, natural, plain

_COMMON_SECTIONS = ("model.", "task.", "optimizer.", "trainer.")


@dataclass(frozen=True)
class RunGroup:
    """Runs that differ in nothing but the seed.

    Args:
        values: The value of each factor of the section.
        all_values: The value of each factor of the whole report.
        runs: The runs, completed or not.
    """

    values: dict[str, Any]
    all_values: dict[str, Any]
    runs: list[Run]

    @property
    def completed(self) -> list[Run]:
        """The completed runs, which alone enter scores and figures."""
        return [run for run in self.runs if run.completed]

    @property
    def unit(self) -> str:
        """The class name of the recurrent layers."""
        name = str(self.runs[0].settings.get("model.layer._target_", "")).rpartition(".")[2]
        return plain(name, SHORT)

    def name(self, without: Sequence[str] = ()) -> str:
        """The group's name, such as "GRU, length=20", without some of the factors."""
        shown = [format_factor(k, v) for k, v in self.values.items() if k not in without]
        return ", ".join(shown) or "all"


@dataclass(frozen=True)
class Section:
    """The groups of one task, whose scores can be compared.

    Args:
        task: Name of the task.
        metric: The metric that its runs are scored by.
        factors: Names of the settings that differ between its groups.
        groups: The groups, sorted by their values.
    """

    task: str
    metric: str
    factors: list[str]
    groups: list[RunGroup]

    @property
    def metric_name(self) -> str:
        """The metric as it is called in a sentence."""
        return plain(self.metric, SHORT).replace("_", " ")

    @property
    def common_settings(self) -> dict[str, Any]:
        """The settings that all runs of the section have in common, by dotted key."""
        first, *others = [run.settings for run in self.runs]
        common = {k: v for k, v in first.items() if all(o.get(k) == v for o in others)}
        return {k: v for k, v in common.items() if k.startswith(_COMMON_SECTIONS)}

    @property
    def runs(self) -> list[Run]:
        """All runs of the section, completed or not."""
        return [run for group in self.groups for run in group.runs]


def group_runs(runs: Sequence[Run]) -> list[Section]:
    """Group runs by task and metric. Runs that cannot be read or have no settings are left out."""
    runs = [run for run in runs if run.readable and run.settings]
    factors = find_factors([run.settings for run in runs])
    tasks = [_task(run, row) for run, (_, row) in zip(runs, factors.iterrows(), strict=True)]
    metrics = _metrics(runs, tasks)
    kinds = list(zip(tasks, metrics, strict=True))
    sections = []
    for task, metric in sorted(set(kinds), key=lambda kind: kinds.index(kind)):
        rows = [i for i, kind in enumerate(kinds) if kind == (task, metric)]
        has_several_metrics = len({other for name, other in kinds if name == task}) > 1
        title = f"{task} ({plain(metric, SHORT)})" if has_several_metrics else task
        sections.append(_section(title, metric, [runs[i] for i in rows], factors.iloc[rows]))
    return sections


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


def _section(task: str, metric: str, runs: list[Run], factors: pd.DataFrame) -> Section:
    runs_by_values: dict[tuple[Any, ...], list[Run]] = {}
    for run, values in zip(runs, factors.itertuples(index=False, name=None), strict=True):
        runs_by_values.setdefault(values, []).append(run)
    names = list(varying_factors(factors))
    groups = []
    for values, members in runs_by_values.items():
        all_values = dict(zip(factors, values, strict=True))
        groups.append(RunGroup({name: all_values[name] for name in names}, all_values, members))
    groups.sort(key=lambda group: [sort_key(value) for value in group.values.values()])
    return Section(task, metric, names, groups)


def sort_key(value: Any) -> tuple[bool, float, list[tuple[int, str]]]:
    """A key that sorts numbers by size, and texts after them in natural order."""
    is_number = isinstance(value, int | float)
    return not is_number, float(value) if is_number else 0.0, natural(str(value))
