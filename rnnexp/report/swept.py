"""What was swept: the settings that differ between runs, under names that a person would use."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

# Neither says what was asked of the network: repetitions, places, speed.
_IGNORED = ("seed", "outputs", "trust", "hardware.threads", "hardware.memory_growth")
_SECTIONS = {"task": "task", "model.layer": "unit", "optimizer": "optimizer"}
_TARGET = "._target_"
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
    for key in ordered:
        if not any(_together(rest[key], values) for values in factors.values()):
            factors[_short(key, ordered)] = rest[key]
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
    return f"{value:g}" if isinstance(value, float) else str(value)


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
        told: list[list[Any]] = []
        for key in own:
            values = [columns[key][i] for i in rows]
            if not _differs(values) or any(_paired(values, others) for others in told):
                continue
            told.append(values)
            for i, value in zip(rows, values, strict=True):
                labels[i] += f" {key.rpartition('.')[2]}={label(value)}"
    return labels, [section + _TARGET, *own]


def _differs(values: Iterable[Any]) -> bool:
    return len(set(map(_typed, values))) > 1


def _together(values: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether they are paired in runs enough to tell: a random search pairs everything."""
    return _paired(values, others) and len(set(map(_typed, values))) <= len(values) / 2


def _paired(values: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether each value comes with one value of the other, and the other way round."""
    pairs = {(_typed(a), _typed(b)) for a, b in zip(values, others, strict=True)}
    return len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)


def _typed(value: Any) -> tuple[bool, Any]:
    """True is not 1 here, as it is not in a config."""
    return isinstance(value, bool), value


def _short(key: str, keys: Iterable[str]) -> str:
    """The last part of a dotted key, or all of it where that is some other key's too."""
    last = key.rpartition(".")[2]
    return last if sum(other.rpartition(".")[2] == last for other in keys) == 1 else key
