"""A group of runs, and a section of groups whose scores can be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rnnexp.report.group.roles import axis_factor, hue_factor
from rnnexp.report.group.values import format_factor, varies
from rnnexp.report.read.runs import Run
from rnnexp.report.text import SHORT, natural, plain

_COMMON_SECTIONS = ("model.", "task.", "optimizer.", "trainer.")


@dataclass(frozen=True)
class RunGroup:
    """Runs that differ in nothing but the seed.

    Args:
        values: The value of each factor that is compared in the section.
        all_values: The value of each factor of the whole report.
        together: The factors that change together with each of `values`.
        runs: The runs, completed or not.
    """

    values: dict[str, Any]
    all_values: dict[str, Any]
    together: Mapping[str, Sequence[str]]
    runs: list[Run]

    def value(self, column: str) -> Any:
        """The value of a factor, whether it is compared or changes together with another."""
        return self.values.get(column, self.all_values.get(column))

    @property
    def completed(self) -> list[Run]:
        """The completed runs, which alone enter scores and figures."""
        return [run for run in self.runs if run.completed]

    @property
    def unit(self) -> str:
        """The class name of the recurrent layers."""
        name = str(self.runs[0].settings.get("model.layer._target_", "")).rpartition(".")[2]
        return plain(name, SHORT)

    def label(self, factor: str) -> str:
        """The value of a factor and of all that change together with it: "length=20 steps=400"."""
        names = [factor, *self.together.get(factor, [])]
        return " ".join(format_factor(name, self.value(name)) for name in names)

    def name(self, without: Sequence[str] = ()) -> str:
        """The group's name, such as "GRU, length=20", without some of the factors."""
        shown = [self.label(factor) for factor in self.values if factor not in without]
        return ", ".join(shown) or "all"


@dataclass(frozen=True)
class Section:
    """The groups of one task, whose scores can be compared.

    Args:
        task: Name of the task, and the settings by which its section differs from others.
        metric: The metric that its runs are scored by.
        together: The factors that are compared, each with those that change together with it.
        groups: The groups, sorted by their values.
        notes: What a reader must know before comparing the groups.
    """

    task: str
    metric: str
    together: dict[str, list[str]]
    groups: list[RunGroup]
    notes: list[str] = field(default_factory=list)

    @property
    def factors(self) -> list[str]:
        """Names of the settings that are compared."""
        return list(self.together)

    @property
    def columns(self) -> list[str]:
        """Names of all settings that differ, those that change together beside each other."""
        named = [name for factor, others in self.together.items() for name in (factor, *others)]
        rest = [name for name in self.groups[0].all_values if name not in named]
        return named + [n for n in rest if varies(group.all_values[n] for group in self.groups)]

    @cached_property
    def axis(self) -> str | None:
        """The factor on the x axis of figures."""
        return axis_factor({f: [g.values[f] for g in self.groups] for f in self.together})

    @cached_property
    def hue(self) -> str | None:
        """The factor that is shown by colour."""
        return hue_factor(self.factors, self.axis)

    @property
    def metric_name(self) -> str:
        """The metric as it is called in a sentence."""
        return plain(self.metric, SHORT).replace("_", " ")

    @property
    def common_settings(self) -> dict[str, Any]:
        """The settings that all runs of the section have in common, by dotted key."""
        first, *others = [run.settings for run in self.runs]
        common = {k: v for k, v in first.items() if all(o.get(k) == v for o in others)}
        if any(common.get(key) is not None for key in ("model.parameters", "model.state")):
            common.pop("model.units", None)  # the size decides, and summary.json has the units
        return {k: v for k, v in common.items() if k.startswith(_COMMON_SECTIONS)}

    @property
    def runs(self) -> list[Run]:
        """All runs of the section, completed or not."""
        return [run for group in self.groups for run in group.runs]


def sort_key(value: Any) -> tuple[bool, float, list[tuple[int, str]]]:
    """A key that sorts numbers by size, and texts after them in natural order."""
    is_number = isinstance(value, int | float)
    return not is_number, float(value) if is_number else 0.0, natural(str(value))
