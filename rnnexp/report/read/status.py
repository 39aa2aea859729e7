"""Checks summary.json, and decides how a run ended."""

from collections.abc import Callable, Mapping
from typing import Any

from rnnexp.report.metrics import metric_bounds
from rnnexp.report.text import SHORT, plain
from rnnexp.runs.folder import CONFIG, SUMMARY

STATES = ("completed", "interrupted", "running", "failed")

_LARGEST = 1e100  # its square is still finite


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and abs(value) <= _LARGEST  # False for NaN


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_duration(value: Any) -> bool:
    return _is_number(value) and value >= 0


def _is_numbers_by_name(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_number, value.values()))


_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "metric": (lambda value: isinstance(value, str), "a name"),
    "score": (_is_number, "a number"),
    "best_score": (_is_number, "a number"),
    "best_step": (_is_count, "a whole number"),
    "guesses": (_is_numbers_by_name, "numbers by name"),
    "slice_name": (lambda value: isinstance(value, str), "a name"),
    "units": (_is_count, "a whole number"),
    "state_size": (_is_count, "a whole number"),
    "baseline": (_is_number, "a number"),
    "solved": (lambda value: isinstance(value, bool), "true or false"),
    "seed": (_is_count, "a whole number"),
    "steps": (_is_count, "a whole number"),
    "steps_to_solve": (_is_count, "a whole number"),
    "parameters": (_is_count, "a whole number"),
    "seconds": (_is_duration, "a number of 0 or more"),
}


def check_summary(summary: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Check the values of a summary.json.

    Returns:
        The summary, with None in place of every invalid value, and a message for each of these.
    """
    checked, problems = dict(summary), []
    for key, (is_valid, expected) in _EXPECTED.items():
        value = summary.get(key)
        if value is not None and not is_valid(value):
            checked[key] = None
            problems.append(f"{SUMMARY}: {key} is {_format(value)}, expected {expected}")
    metric = checked.get("metric")
    low, high = metric_bounds(metric or "")
    for key in ("score", "best_score"):
        score = checked.get(key)
        if score is not None and not low <= score <= high:
            checked[key] = None
            problems.append(
                f"{SUMMARY}: {key} is {_format(score)}, expected {low:g} to {high:g} for {metric}"
            )
    return checked, problems


def run_status(
    settings: Mapping[str, Any], summary: Mapping[str, Any], problems: list[str]
) -> tuple[str, str | None]:
    """Decide how a run ended.

    Args:
        settings: The settings of the run by dotted key; empty if its config cannot be read.
        summary: A summary from `check_summary`; empty if summary.json cannot be read.
        problems: The messages of `check_summary`.

    Returns:
        The state, one of `STATES` or "unreadable", and the reason if it is not "completed".
    """
    state = summary.get("state")
    if state is None:
        return "unreadable", f"its {SUMMARY} is missing or broken"
    if state not in STATES:
        return "unreadable", f"{SUMMARY} has the state {_format(state)}"
    if state == "failed":
        return state, str(summary.get("error") or "no reason given")
    if state == "interrupted":
        return state, f"stopped after {summary.get('steps')} steps"
    if state == "running":
        return state, "still running, or killed before it could write how it ended"
    if not settings:
        return "unreadable", f"completed, but its {CONFIG} is missing or broken"
    if summary.get("score") is None:
        return "unreadable", f"completed, but its {SUMMARY} has no score"
    if problems:
        return "unreadable", f"completed, but its {SUMMARY} has invalid values"
    return state, None


def _format(value: Any) -> str:
    if isinstance(value, int) and abs(value) >= 2**63:
        return f"a number of {value.bit_length()} bits"
    return plain(repr(value), SHORT)
