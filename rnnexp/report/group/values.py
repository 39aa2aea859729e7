"""How settings and their values are compared, and how they are written."""

from collections.abc import Iterable, Sequence
from typing import Any

from rnnexp.report.text import SHORT, plain

ABSENT = "–"
"""Stands for the value of a setting that the config of a run does not have."""

BARE_FACTORS = ("task", "unit", "optimizer")
"""The factors whose values say what they are without the factor's name."""


def format_value(value: Any) -> str:
    """A setting's value as it is written in a config."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else plain(value)


def format_factor(factor: str, value: Any) -> str:
    """The text "length=20"; a unit, a task and an optimizer are named by their value alone."""
    if factor in BARE_FACTORS:
        return format_value(value)
    return f"{plain(factor, SHORT)}={format_value(value)}"


def varies(values: Iterable[Any]) -> bool:
    """Whether there is more than one value."""
    return len(set(map(_typed, values))) > 1


def partition(values: Sequence[Any]) -> tuple[int, ...]:
    """How the values divide the runs: for each run, where its value comes first."""
    first: dict[Any, int] = {}
    return tuple(first.setdefault(_typed(value), i) for i, value in enumerate(values))


def distinct(values: Sequence[Any]) -> list[Any]:
    """The values, with True as a word where 1 occurs too: Python takes the two for equal."""
    is_mixed = len(set(values)) < len(set(map(_typed, values)))
    if not is_mixed:
        return list(values)
    return [format_value(v) if isinstance(v, bool) else v for v in values]


def distinct_labels(labels: Sequence[Any], parts: Sequence[int]) -> list[Any]:
    """The labels, with a number after those that stand for more than one part of the runs.

    Args:
        labels: A label for each run; the first part that has it keeps it as it is.
        parts: The part of each run, as `partition` returns it.
    """
    found: dict[Any, list[int]] = {}
    for label, part in zip(labels, parts, strict=True):
        alike = found.setdefault(_typed(label), [])
        if part not in alike:
            alike.append(part)
    positions = [
        found[_typed(label)].index(part) for label, part in zip(labels, parts, strict=True)
    ]
    return [
        f"{format_value(label)} ({position + 1})" if position else label
        for label, position in zip(labels, positions, strict=True)
    ]


def _typed(value: Any) -> tuple[bool, Any]:
    """A key that tells True from 1, as a config does."""
    return isinstance(value, bool), value
