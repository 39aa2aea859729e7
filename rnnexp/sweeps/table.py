"""The table with which a sweep ends: a line for every job, and why those failed that did."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_HEADS = ("state", "score", "steps to solve", "seconds")
_UNBEGUN = ("not begun", "", "", "")

Found = Mapping[Path, Mapping[str, Any] | None]


def table(found: Found) -> str:
    """A line for every job and its summary in `found`, in their order."""
    if not found:
        return ""
    width = max(len(job.name) for job in found)
    reasons = [
        f"{job.name} {s['state']}: {s['error']}" for job, s in found.items() if s and s["error"]
    ]
    return "\n".join(
        [_line("job", width, _HEADS)]
        + [_line(job.name, width, _cells(summary)) for job, summary in found.items()]
        + reasons
    )


def count_unfinished(found: Found) -> int:
    """How many jobs in `found` are not completed."""
    return sum(s is None or s["state"] != "completed" for s in found.values())


def _cells(summary: Mapping[str, Any] | None) -> tuple[str, str, str, str]:
    if summary is None:
        return _UNBEGUN
    score, seconds = summary["score"], summary["seconds"]
    return (
        summary["state"],
        "" if score is None else f"{score:.4g}",
        str(summary["steps_to_solve"] or ""),
        "" if seconds is None else f"{seconds:.0f}",
    )


def _line(name: str, width: int, cells: tuple[str, str, str, str]) -> str:
    state, score, steps, seconds = cells
    return f"{name:{width}}  {state:11}  {score:>8}  {steps:>14}  {seconds:>7}".rstrip()
