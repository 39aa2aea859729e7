"""Finds the factors: the settings that differ between runs, under names that a person would use."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rnnexp.config.identity import LAST_DIGITS, NO_OTHER_RUN
from rnnexp.report.group.class_names import class_names
from rnnexp.report.group.objects import (
    TARGET,
    Columns,
    arguments_of,
    differing_within,
    identities,
    merge_objects,
    rows_by_class,
)
from rnnexp.report.group.values import ABSENT, distinct, distinct_labels, varies

NOT_COMPARED = (*NO_OTHER_RUN, *LAST_DIGITS)
"""Settings by which runs are not told apart."""

LENGTH = "task.length"
_ROOTS = {"task": "task", "model.layer": "unit", "optimizer": "optimizer"}
# Names of other columns and axes of a report.
_RESERVED = {
    *_ROOTS.values(),
    *("metric", "baseline", "solved", "parameters", "state_size", "length", "score", "seconds"),
}
# What a name need not say: the section in which the setting stands.
_SECTIONS = ("model.layer.", "model.", "task.", "optimizer.", "trainer.", "callbacks.")


@dataclass(frozen=True)
class Factors:
    """The settings that differ between runs.

    Args:
        table: One row per run and one column per factor, in the order task, unit, optimizer,
            length, others.
        keys: The dotted key of each factor in a config.
    """

    table: pd.DataFrame
    keys: dict[str, str]


def find_factors(settings: Sequence[Mapping[str, Any]]) -> Factors:
    """Find the settings that differ between runs; the seed is not one of them.

    A section with a `_target_` (task, model.layer, optimizer) is one factor. Its values are class
    names, with all arguments that tell runs of the same class apart:
    "SimpleRNN activation=relu recurrent_initializer=identity".

    Args:
        settings: The settings of each run by dotted key.
    """
    ignored = {"seed", *NOT_COMPARED}
    keys = dict.fromkeys(key for run in settings for key in run if key not in ignored)
    columns: Columns = {key: [run.get(key, ABSENT) for run in settings] for key in keys}
    columns = merge_objects(columns, list(_ROOTS))
    factors: dict[str, list[Any]] = {}
    origins: dict[str, str] = {}
    for root, name in _ROOTS.items():
        labels, absorbed = _root_labels(root, columns)
        for key in absorbed:
            del columns[key]
        if labels and varies(labels):
            factors[name], origins[name] = labels, root
    varying = {key: values for key, values in columns.items() if varies(values)}
    ordered = [LENGTH] * (LENGTH in varying) + [key for key in varying if key != LENGTH]
    for key, name in _factor_names(ordered).items():
        factors[name], origins[name] = distinct(varying[key]), key
    table = pd.DataFrame(factors, index=range(len(settings)), dtype=object)
    return Factors(table, origins)


def varying_factors(factors: pd.DataFrame) -> pd.DataFrame:
    """The columns of some rows of a table of factors that differ between these rows."""
    return factors[[name for name in factors if varies(list(factors[name]))]]


def _root_labels(root: str, columns: Columns) -> tuple[list[Any], list[str]]:
    """A label for each run's object in a section, and the columns that the labels stand for."""
    classes = columns.get(root + TARGET)
    if classes is None:
        return [], []
    arguments = [key for key in columns if key.startswith(f"{root}.") and key != root + TARGET]
    # An argument that only some classes have belongs to the label; one of all is its own factor.
    arguments = [key for key in arguments if ABSENT in columns[key] and key != LENGTH]
    names = class_names(map(str, classes))
    labels: list[Any] = [names[str(name)] for name in classes]
    for rows in rows_by_class(classes).values():
        shown = differing_within(rows, arguments, columns)
        for i in rows:
            own = arguments_of(i, shown, columns, f"{root}.")
            labels[i] = " ".join([labels[i], *(f"{key}={value}" for key, value in own)])
    absorbed = [root + TARGET, *arguments]
    return distinct_labels(labels, identities({key: columns[key] for key in absorbed})), absorbed


def _factor_names(keys: Sequence[str]) -> dict[str, str]:
    """Each dotted key without its section, or as a whole where that would be ambiguous."""
    short = {key: _without_section(key) for key in keys}
    counts = Counter(short.values())
    names = {}
    for key in keys:
        is_clear = counts[short[key]] == 1 and short[key] not in _RESERVED
        whole = key if "." in key else f"config.{key}"
        names[key] = short[key] if is_clear or key == LENGTH else whole
    return names


def _without_section(key: str) -> str:
    name = key.removesuffix(TARGET)
    return next((name.removeprefix(s) for s in _SECTIONS if name.startswith(s)), name)
