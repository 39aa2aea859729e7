"""Finds the factors: the settings that differ between runs, under names that a person would use."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from rnnexp.config.identity import LAST_DIGITS, NO_OTHER_RUN
from rnnexp.report.text import SHORT, plain

NOT_COMPARED = (*NO_OTHER_RUN, *LAST_DIGITS)
"""Settings by which runs are not told apart."""

_SECTION_FACTORS = {"task": "task", "model.layer": "unit", "optimizer": "optimizer"}
_TARGET = "._target_"
# Names of other columns and axes of a report.
_RESERVED = {*_SECTION_FACTORS.values(), "metric", "baseline", "solved", "parameters", "length"}
LENGTH = "task.length"
ABSENT = "–"
"""Stands for the value of a setting that the config of a run does not have."""


def find_factors(settings: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Find the settings that differ between runs; the seed is not one of them.

    A section with a `_target_` (task, model.layer, optimizer) is one factor. Its values are class
    names, with the arguments that tell runs of the same class apart: "SimpleRNN activation=relu".
    A setting that always changes together with another factor is not a factor of its own.

    Args:
        settings: The settings of each run by dotted key.

    Returns:
        One row per run and one column per factor, in the order task, unit, length, others.
    """
    ignored = {"seed", *NOT_COMPARED}
    keys = dict.fromkeys(key for run in settings for key in run if key not in ignored)
    columns = {key: [run.get(key, ABSENT) for run in settings] for key in keys}
    factors: dict[str, list[Any]] = {}
    for section, name in _SECTION_FACTORS.items():
        labels, absorbed = _section_labels(section, columns)
        for key in absorbed:
            del columns[key]
        if labels and _varies(labels):
            factors[name] = labels
    varying = {key: values for key, values in columns.items() if _varies(values)}
    ordered = [LENGTH] * (LENGTH in varying) + [key for key in varying if key != LENGTH]
    names = _factor_names(ordered)
    partitions = {_partition(values) for values in factors.values()}
    for key in ordered:
        partition = _partition(varying[key])
        if partition not in partitions or not _has_repeats(partition):
            partitions.add(partition)
            factors[names[key]] = _distinct(varying[key])
    return pd.DataFrame(factors, index=range(len(settings)), dtype=object)


def varying_factors(factors: pd.DataFrame) -> pd.DataFrame:
    """The columns of some rows of `find_factors` that differ between these rows."""
    return factors[[name for name in factors if _varies(list(factors[name]))]]


def format_value(value: Any) -> str:
    """A setting's value as it is written in a config."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else plain(value, SHORT)


def format_factor(factor: str, value: Any) -> str:
    """The text "length=20"; a unit, a task and an optimizer are named by their value alone."""
    if factor in _SECTION_FACTORS.values():
        return format_value(value)
    return f"{plain(factor, SHORT)}={format_value(value)}"


def _section_labels(section: str, columns: Mapping[str, list[Any]]) -> tuple[list[str], list[str]]:
    """A label for each run's object in a section, and the columns that the labels stand for."""
    classes = columns.get(section + _TARGET)
    if classes is None:
        return [], []
    arguments = [
        key for key in columns if key.startswith(section + ".") and key != section + _TARGET
    ]
    # An argument that only some classes have belongs to the label; one of all is its own factor.
    arguments = [key for key in arguments if ABSENT in columns[key] and key != LENGTH]
    labels = [str(name).rpartition(".")[2] for name in classes]
    for name in dict.fromkeys(classes):
        rows = [i for i, other in enumerate(classes) if other == name]
        partitions: set[tuple[int, ...]] = set()
        for key in arguments:
            values = [columns[key][i] for i in rows]
            if not _varies(values) or _partition(values) in partitions:
                continue
            partitions.add(_partition(values))
            for i, value in zip(rows, values, strict=True):
                labels[i] += f" {key.rpartition('.')[2]}={format_value(value)}"
    return labels, [section + _TARGET, *arguments]


def _varies(values: Iterable[Any]) -> bool:
    return len(set(map(_typed, values))) > 1


def _has_repeats(partition: Sequence[int]) -> bool:
    """Whether the values repeat often enough to compare: a random search pairs everything."""
    return len(set(partition)) <= len(partition) / 2


def _partition(values: Sequence[Any]) -> tuple[int, ...]:
    """How the values divide the runs: for each run, where its value comes first."""
    first: dict[Any, int] = {}
    return tuple(first.setdefault(_typed(value), i) for i, value in enumerate(values))


def _typed(value: Any) -> tuple[bool, Any]:
    """A key that tells True from 1, as a config does."""
    return isinstance(value, bool), value


def _distinct(values: Sequence[Any]) -> list[Any]:
    """The values, with True as a word where 1 occurs too: Python takes the two for equal."""
    is_mixed = len(set(values)) < len(set(map(_typed, values)))
    if not is_mixed:
        return list(values)
    return [format_value(v) if isinstance(v, bool) else v for v in values]


def _factor_names(keys: Sequence[str]) -> dict[str, str]:
    """The last part of each dotted key, or the whole key where the last part is ambiguous."""
    last = {key: key.rpartition(".")[2] for key in keys}
    counts = Counter(last.values())
    unambiguous = {key for key in keys if counts[last[key]] == 1 and last[key] not in _RESERVED}
    whole = {key: key if "." in key else f"config.{key}" for key in keys}
    unambiguous.add(LENGTH)
    return {key: last[key] if key in unambiguous else whole[key] for key in keys}
