"""The status of runs as their summaries report it, and failures that a run could not report."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnexp.config.check import Experiment
from rnnexp.files.reading import Unreadable, json_of
from rnnexp.runs.folder import SUMMARY, write_summary

STATES = ("running", "completed", "failed", "interrupted")
UNREADABLE = "unreadable"
"""The state of a run whose summary exists and cannot be understood."""

_TEXTS = ("state", "metric", "error")
_NUMBERS = ("score", "steps", "steps_to_solve", "seconds")
_LARGEST = 1e18  # no value of a run comes near it


def read_summary(folder: Path) -> dict[str, Any] | None:
    """The summary of the run in `folder`, or None where no run has begun.

    A summary that cannot be read gives the state `UNREADABLE` and an error that says why.
    """
    try:
        summary = json_of(folder / SUMMARY)
    except FileNotFoundError:
        return None
    except Unreadable as error:
        return _unreadable(str(error))
    problem = _problem(summary)
    if problem:
        return _unreadable(problem)
    if summary["error"] is not None:
        summary["error"] = one_line(summary["error"])
    return dict(summary)


def modified_at(folder: Path) -> int | None:
    """When the summary in `folder` was last written, in ns, or None where there is none."""
    try:
        return (folder / SUMMARY).stat().st_mtime_ns
    except OSError:
        return None


def job_folders(sweep: Path, names: Sequence[str] | None) -> list[Path]:
    """The folders of the jobs of a sweep.

    Args:
        sweep: The folder of the sweep.
        names: The names of the jobs' folders. None takes every folder that exists, ordered by
            the number at the beginning of its name.
    """
    if names is not None:
        return [sweep / name for name in names]
    return _by_number(path for path in sweep.glob("[!.]*") if path.is_dir())


def read_summaries(sweep: Path, names: Sequence[str] | None) -> dict[Path, dict[str, Any] | None]:
    """The summary of every job in `job_folders(sweep, names)`, None for jobs not begun."""
    return {folder: read_summary(folder) for folder in job_folders(sweep, names)}


def is_settled(summary: Mapping[str, Any] | None, again: bool) -> bool:
    """Whether a job with this summary needs no further training.

    Args:
        summary: As `read_summary` returns it.
        again: Whether failed jobs are tried again.
    """
    if summary is None:
        return False
    if summary["state"] == "completed":
        return True
    return summary["state"] in ("failed", UNREADABLE) and not again


def mark_silent_as_failed(
    summaries: Mapping[Path, dict[str, Any] | None],
) -> dict[Path, dict[str, Any] | None]:
    """`summaries` of a sweep that has ended: a job that still says `running` has failed."""
    failure = {"state": "failed", "error": "it ended without writing how"}
    return {
        job: summary | failure if summary and summary["state"] == "running" else summary
        for job, summary in summaries.items()
    }


def record_failure(folder: Path, experiment: Experiment | None, error: str) -> None:
    """Write into the summary in `folder` that `error` ended the run.

    An error that the run has written itself stays, and so does a summary that cannot be read.

    Args:
        folder: The folder of the run.
        experiment: What was trained, for the values of a run that wrote no summary; None where
            its config is invalid.
        error: One line.

    Raises:
        OSError: The summary cannot be written.
    """
    summary = read_summary(folder) or _empty_summary(experiment)
    if summary["state"] == UNREADABLE:
        return
    if summary["state"] == "running":
        summary["state"] = "failed"
    write_summary(folder, summary | {"error": summary["error"] or error})


def one_line(text: str) -> str:
    """`text` in one line, without the control characters that a terminal obeys."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _problem(summary: Any) -> str | None:
    """Why `summary` is not the summary of a run, or None where it is one."""
    if not isinstance(summary, dict) or summary.get("state") not in STATES:
        return f"expected a state, one of {', '.join(STATES)}"
    for key in _TEXTS:
        if not isinstance(summary.setdefault(key, None), str | None):
            return f"{key}: expected text"
    for key in _NUMBERS:
        if not _is_number_or_none(summary.setdefault(key, None)):
            return f"{key}: expected a number"
    if summary["state"] == "completed":
        for key in ("metric", "score", "steps", "seconds"):
            if summary[key] is None:
                return f"{key}: expected a value in a completed run, got none"
    summary.setdefault("solved", None)
    return None


def _is_number_or_none(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and (value != value or abs(value) < _LARGEST)


def _by_number(folders: Iterable[Path]) -> list[Path]:
    return sorted(folders, key=_number)


def _number(folder: Path) -> tuple[int, str]:
    number = folder.name.partition("_")[0]
    return int(number) if number.isdecimal() else 0, folder.name


def _unreadable(reason: str) -> dict[str, Any]:
    return _empty_summary(None) | {
        "state": UNREADABLE,
        "error": one_line(
            f"{SUMMARY} cannot be read: {reason}; remove the file to continue the run from its "
            "checkpoint"
        ),
    }


def _empty_summary(experiment: Experiment | None) -> dict[str, Any]:
    """The summary of a run that failed before its first step."""
    return {
        "state": "failed",
        "metric": experiment and experiment.task.metric,
        "score": None,
        "baseline": experiment and experiment.task.baseline,
        "solved": None,
        "steps": 0,
        "steps_to_solve": None,
        "seed": experiment and experiment.seed,
        "parameters": None,
        "seconds": None,
        "versions": {},
        "hardware": {},
        "error": None,
    }
