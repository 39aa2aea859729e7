"""The table at the end of a sweep: one line per job, then the errors."""

from collections.abc import Mapping
from pathlib import Path

from rnnexp.runs.summary import Summary

_HEADS = ("state", "score", "steps to solve", "seconds")
_NOT_BEGUN = ("not begun", "", "", "")

Summaries = Mapping[Path, Summary | None]


def table(summaries: Summaries) -> str:
    """One line per job, in the order of `summaries`, then one line per error.

    Args:
        summaries: The summary of every job by its folder, None for a job that has not begun.
    """
    if not summaries:
        return ""
    width = max(len(job.name) for job in summaries)
    lines = [_line("job", width, _HEADS)]
    lines += [_line(job.name, width, _cells(summary)) for job, summary in summaries.items()]
    lines += [
        f"{job.name} {summary.state}: {summary.error}"
        for job, summary in summaries.items()
        if summary and summary.error
    ]
    return "\n".join(lines)


def count_unfinished(summaries: Summaries) -> int:
    """How many jobs are not completed."""
    return sum(summary is None or summary.state != "completed" for summary in summaries.values())


def _cells(summary: Summary | None) -> tuple[str, str, str, str]:
    if summary is None:
        return _NOT_BEGUN
    score, seconds = summary.score, summary.seconds
    return (
        summary.state,
        "" if score is None else f"{score:.4g}",
        str(summary.steps_to_solve or ""),
        "" if seconds is None else f"{seconds:.0f}",
    )


def _line(name: str, width: int, cells: tuple[str, str, str, str]) -> str:
    state, score, steps, seconds = cells
    return f"{name:{width}}  {state:11}  {score:>8}  {steps:>14}  {seconds:>7}".rstrip()
