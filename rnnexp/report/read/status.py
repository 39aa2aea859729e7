"""How a run ended, as far as its files bear it out."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from rnnexp.report.text import SHORT, plain
from rnnexp.runs.folder import CONFIG, SUMMARY

STATES = ("completed", "interrupted", "running", "failed")
BOUNDS = {"accuracy": (0.0, 1.0), "mean_squared_error": (0.0, math.inf)}
"""What a metric cannot leave."""

_LARGEST = 1e100  # whose square is still a number


def _number(value: Any) -> bool:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and abs(value) <= _LARGEST  # which NaN is not


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _seconds(value: Any) -> bool:
    return _number(value) and value >= 0


_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "metric": (lambda value: isinstance(value, str), "a name"),
    "score": (_number, "a number"),
    "baseline": (_number, "a number"),
    "solved": (lambda value: isinstance(value, bool), "true or false"),
    "seed": (_count, "a whole number"),
    "steps": (_count, "a whole number"),
    "steps_to_solve": (_count, "a whole number"),
    "parameters": (_count, "a whole number"),
    "seconds": (_seconds, "a number of 0 or more"),
}


def checked(summary: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The summary with None for what cannot be what it is called; and a line for each of these."""
    found, faults = dict(summary), []
    for key, (fits, expected) in _EXPECTED.items():
        value = summary.get(key)
        if value is not None and not fits(value):
            found[key] = None
            faults.append(f"{SUMMARY}: {key} is {_shown(value)}, expected {expected}")
    score, metric = found.get("score"), found.get("metric")
    low, high = BOUNDS.get(metric or "", (-math.inf, math.inf))
    if score is not None and not low <= score <= high:
        found["score"] = None
        faults.append(f"{SUMMARY}: score is {_shown(score)}, which is no {metric}")
    return found, faults


def ending(
    settings: Mapping[str, Any], summary: Mapping[str, Any], faults: list[str]
) -> tuple[str, str | None]:
    """The state that the files bear out, and the reason where that is not "completed"."""
    state = summary.get("state")
    if state is None:
        return "unreadable", f"its {SUMMARY} is missing or broken"
    if state not in STATES:
        return "unreadable", f"{SUMMARY} has the state {_shown(state)}"
    if state == "failed":
        return state, str(summary.get("error") or "no reason given")
    if state == "interrupted":
        return state, f"stopped after {summary.get('steps')} steps"
    if state == "running":
        return state, "still running, or killed before it could tell"
    if not settings:
        return "unreadable", f"completed, but its {CONFIG} is missing or broken"
    if summary.get("score") is None:
        return "unreadable", f"completed, but its {SUMMARY} has no score"
    if faults:
        return "unreadable", f"completed, but what its {SUMMARY} says cannot be"
    return state, None


def _shown(value: Any) -> str:
    if isinstance(value, int) and abs(value) >= 2**63:
        return f"a number of {value.bit_length()} bits"
    return plain(repr(value), SHORT)
