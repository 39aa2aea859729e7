"""The table with which a sweep ends: a line for every job, and why those failed that did."""

from pathlib import Path
from typing import Any

from rnnexp.sweeps import verdict

_HEADS = ("state", "score", "steps to solve", "seconds")


def table(folder: Path) -> str:
    """A line for every job that has begun under `folder`, in the order of their numbers."""
    found = verdict.of_all(folder)
    if not found:
        return ""
    width = max(len(job.name) for job in found)
    return "\n".join(
        [_line("job", width, _HEADS)]
        + [_line(job.name, width, _cells(summary)) for job, summary in found.items()]
        + [f"{job.name} {s['state']}: {s['error']}" for job, s in found.items() if s["error"]]
    )


def unfinished(folder: Path) -> int:
    """How many jobs that have begun under `folder` are not completed."""
    return sum(s["state"] != "completed" for s in verdict.of_all(folder).values())


def _cells(summary: dict[str, Any]) -> tuple[str, str, str, str]:
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
