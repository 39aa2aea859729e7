"""What was swept: the settings that differ between runs, under names that a person would use."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from rnnexp.report.text import SHORT, plain

# Neither says what was asked of the network: repetitions, places, speed.
_IGNORED = ("seed", "outputs", "trust", "hardware.threads", "hardware.memory_growth")
_SECTIONS = {"task": "task", "model.layer": "unit", "optimizer": "optimizer"}
_TARGET = "._target_"
# What else the columns and axes of a report are called.
_TAKEN = {*_SECTIONS.values(), "metric", "baseline", "solved", "parameters", "length"}
LENGTH = "task.length"
ABSENT = "–"
"""The value of a setting that a run's config does not have."""


def swept(settings: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A row per run and a column per factor that differs, in the order task, unit, length, others.

    A section with a `_target_` (task, model.layer, optimizer) is one factor, named by its class,
    with what else tells runs of the same class apart: "SimpleRNN activation=relu". A setting that
    always changes together with another factor is not a factor of its own.
    """
    keys = dict.fromkeys(key for run in settings for key in run if key not in _IGNORED)
    columns = {key: [run.get(key, ABSENT) for run in settings] for key in keys}
    factors: dict[str, list[Any]] = {}
    for section, name in _SECTIONS.items():
        labels, absorbed = _variants(section, columns)
        for key in absorbed:
            del columns[key]
        if labels and _differs(labels):
            factors[name] = labels
    rest = {key: values for key, values in columns.items() if _differs(values)}
    ordered = [LENGTH] * (LENGTH in rest) + [key for key in rest if key != LENGTH]
    names = _names(ordered)
    parts = {_parts(values) for values in factors.values()}
    for key in ordered:
        part = _parts(rest[key])
        if part not in parts or not _repeat(part):
            parts.add(part)
            factors[names[key]] = _apart(rest[key])
    return pd.DataFrame(factors, index=range(len(settings)), dtype=object)


def varying(factors: pd.DataFrame) -> pd.DataFrame:
    """Those factors that still differ in a part of the runs."""
    return factors[[name for name in factors if _differs(list(factors[name]))]]


def label(value: Any) -> str:
    """A setting's value as the config would have it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else plain(value, SHORT)


def _variants(section: str, columns: Mapping[str, list[Any]]) -> tuple[list[str], list[str]]:
    """A label for each run's object in a section; and the columns that it stands for."""
    classes = columns.get(section + _TARGET)
    if classes is None:
        return [], []
    own = [key for key in columns if key.startswith(section + ".") and key != section + _TARGET]
    # What only some classes have belongs to the class; what all have is a factor like any other.
    own = [key for key in own if ABSENT in columns[key] and key != LENGTH]
    labels = [str(name).rpartition(".")[2] for name in classes]
    for name in dict.fromkeys(classes):
        rows = [i for i, other in enumerate(classes) if other == name]
        told: set[tuple[int, ...]] = set()
        for key in own:
            values = [columns[key][i] for i in rows]
            if not _differs(values) or _parts(values) in told:
                continue
            told.add(_parts(values))
            for i, value in zip(rows, values, strict=True):
                labels[i] += f" {key.rpartition('.')[2]}={label(value)}"
    return labels, [section + _TARGET, *own]


def _differs(values: Iterable[Any]) -> bool:
    return len(set(map(_typed, values))) > 1


def _repeat(part: Sequence[int]) -> bool:
    """Whether the values come again often enough to tell: a random search pairs everything."""
    return len(set(part)) <= len(part) / 2


def _parts(values: Sequence[Any]) -> tuple[int, ...]:
    """How the values part the runs: for each, where its value comes first."""
    first: dict[Any, int] = {}
    return tuple(first.setdefault(_typed(value), i) for i, value in enumerate(values))


def _typed(value: Any) -> tuple[bool, Any]:
    """True is not 1 here, as it is not in a config."""
    return isinstance(value, bool), value


def _apart(values: Sequence[Any]) -> list[Any]:
    """The values, where True stands beside 1 as words: Python takes the two for one."""
    mixed = len(set(values)) < len(set(map(_typed, values)))
    return [label(v) if isinstance(v, bool) else v for v in values] if mixed else list(values)


def _names(keys: Sequence[str]) -> dict[str, str]:
    """The last part of each dotted key, or all of it where that could be taken for another's."""
    last = {key: key.rpartition(".")[2] for key in keys}
    often = Counter(last.values())
    clear = {key for key in keys if often[last[key]] == 1 and last[key] not in _TAKEN}
    whole = {key: key if "." in key else f"config.{key}" for key in keys}
    clear.add(LENGTH)
    return {key: last[key] if key in clear else whole[key] for key in keys}
