"""Runs as they are compared: by task, in groups of equal settings, seeds aggregated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rnnexp.report.runs import Run
from rnnexp.report.swept import label, swept, varying

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
        return str(self.runs[0].settings.get("model.layer._target_", "")).rpartition(".")[2]

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
    return label(value) if factor in ("unit", "task", "optimizer") else f"{factor}={label(value)}"


def sections(runs: Sequence[Run]) -> list[Section]:
    """The runs with settings by task; one without settings belongs to none."""
    runs = [run for run in runs if run.settings]
    factors = swept([run.settings for run in runs])
    tasks = [_task(run, row) for run, (_, row) in zip(runs, factors.iterrows(), strict=True)]
    return [
        _section(task, [runs[i] for i in rows], factors.iloc[rows])
        for task in dict.fromkeys(tasks)
        if (rows := [i for i, other in enumerate(tasks) if other == task])
    ]


def _task(run: Run, row: pd.Series) -> str:
    name = str(run.settings.get("task._target_", "task")).rpartition(".")[2]
    return str(row.get("task", name))


def _section(task: str, runs: list[Run], factors: pd.DataFrame) -> Section:
    metrics = [told for run in runs if isinstance(told := run.summary.get("metric"), str)]
    rows: dict[tuple[Any, ...], list[Run]] = {}
    for run, values in zip(runs, factors.itertuples(index=False, name=None), strict=True):
        rows.setdefault(values, []).append(run)
    names = list(varying(factors))
    groups = []
    for values, found in rows.items():
        swept = dict(zip(factors, values, strict=True))
        groups.append(Group({name: swept[name] for name in names}, swept, found))
    groups.sort(key=lambda group: [_order(value) for value in group.values.values()])
    return Section(task, metrics[0] if metrics else "score", names, groups)


def _order(value: Any) -> tuple[bool, float, str]:
    """Numbers by size, before words by the alphabet."""
    number = isinstance(value, int | float)
    return not number, float(value) if number else 0.0, str(value)
