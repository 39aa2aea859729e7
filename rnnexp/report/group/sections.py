"""Runs as they are compared: by task, in groups of equal settings, seeds aggregated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rnnexp.report.group.factors import label, swept, varying
from rnnexp.report.read.runs import Run
from rnnexp.report.text import SHORT, natural, plain

_OF_THE_NETWORK = ("model.", "task.", "optimizer.", "trainer.")


@dataclass(frozen=True)
class Group:
    """Runs that differ in nothing but the seed.

    values: of the factors that its section varies. swept: of all that any run of the report varies.
    """

    values: dict[str, Any]
    swept: dict[str, Any]
    runs: list[Run]

    @property
    def completed(self) -> list[Run]:
        """Those that count: with a score."""
        return [run for run in self.runs if run.completed]

    @property
    def unit(self) -> str:
        """The class of the recurrent layers."""
        name = str(self.runs[0].settings.get("model.layer._target_", "")).rpartition(".")[2]
        return plain(name, SHORT)

    def name(self, but: Sequence[str] = ()) -> str:
        """ "GRU, length=20": what it is, leaving out the factors in `but`."""
        return ", ".join(told(k, v) for k, v in self.values.items() if k not in but) or "all"


@dataclass(frozen=True)
class Section:
    """The groups of one task, whose scores can be compared. factors: those that vary within it."""

    task: str
    metric: str
    factors: list[str]
    groups: list[Group]

    @property
    def measure(self) -> str:
        """The metric as it is called in a sentence."""
        return plain(self.metric, SHORT).replace("_", " ")

    @property
    def shared(self) -> dict[str, Any]:
        """The settings that all its runs have in common, by dotted key."""
        first, *others = [run.settings for run in self.runs]
        common = {k: v for k, v in first.items() if all(o.get(k) == v for o in others)}
        return {k: v for k, v in common.items() if k.startswith(_OF_THE_NETWORK)}

    @property
    def runs(self) -> list[Run]:
        """All of them, completed or not."""
        return [run for group in self.groups for run in group.runs]


def told(factor: str, value: Any) -> str:
    """ "length=20"; a unit, a task and an optimizer speak for themselves."""
    if factor in ("unit", "task", "optimizer"):
        return label(value)
    return f"{plain(factor, SHORT)}={label(value)}"


def sections(runs: Sequence[Run]) -> list[Section]:
    """The runs that can be read by task and metric; one without settings belongs to none."""
    runs = [run for run in runs if run.readable and run.settings]
    factors = swept([run.settings for run in runs])
    tasks = [_task(run, row) for run, (_, row) in zip(runs, factors.iterrows(), strict=True)]
    metrics = _metrics(runs, tasks)
    kinds = list(zip(tasks, metrics, strict=True))
    found = []
    for task, metric in sorted(set(kinds), key=lambda kind: kinds.index(kind)):
        rows = [i for i, kind in enumerate(kinds) if kind == (task, metric)]
        several = len({other for name, other in kinds if name == task}) > 1
        title = f"{task} ({plain(metric, SHORT)})" if several else task
        found.append(_section(title, metric, [runs[i] for i in rows], factors.iloc[rows]))
    return found


def _task(run: Run, row: pd.Series) -> str:
    name = str(run.settings.get("task._target_", "task")).rpartition(".")[2]
    return plain(row.get("task", name), SHORT)


def _metrics(runs: Sequence[Run], tasks: Sequence[str]) -> list[str]:
    """What each run is scored by: scores of two metrics do not compare.

    A run that does not say it, or has not completed, goes with most of its task.
    """
    told = [run.summary.get("metric") for run in runs]
    usual = {}
    for task in dict.fromkeys(tasks):
        own = [(run, m) for run, m, name in zip(runs, told, tasks, strict=True) if name == task]
        known = [m for run, m in own if m and run.completed] or [m for _, m in own if m]
        usual[task] = max(known, key=known.count, default="score")
    return [
        metric if metric and run.completed else usual[task]
        for run, metric, task in zip(runs, told, tasks, strict=True)
    ]


def _section(task: str, metric: str, runs: list[Run], factors: pd.DataFrame) -> Section:
    rows: dict[tuple[Any, ...], list[Run]] = {}
    for run, values in zip(runs, factors.itertuples(index=False, name=None), strict=True):
        rows.setdefault(values, []).append(run)
    names = list(varying(factors))
    groups = []
    for values, found in rows.items():
        swept = dict(zip(factors, values, strict=True))
        groups.append(Group({name: swept[name] for name in names}, swept, found))
    groups.sort(key=lambda group: [in_order(value) for value in group.values.values()])
    return Section(task, metric, names, groups)


def in_order(value: Any) -> tuple[bool, float, list[tuple[int, str]]]:
    """A key that sorts numbers by size, before words by the alphabet and the numbers in them."""
    number = isinstance(value, int | float)
    return not number, float(value) if number else 0.0, natural(str(value))
