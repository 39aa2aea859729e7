"""The status of runs as their summaries report it, and failures that a run could not report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rnnexp.config.experiment import Experiment
from rnnexp.files.reading import Unreadable, read_json
from rnnexp.runs.folder import SUMMARY
from rnnexp.runs.summary import Summary

UNREADABLE = "unreadable"
"""The state of a run whose summary exists and cannot be understood."""


def read_summary(folder: Path) -> Summary | None:
    """The summary of the run in `folder`, or None where no run has begun.

    A summary that cannot be read gives the state `UNREADABLE` and an error that says why.
    """
    try:
        summary = Summary.from_json(read_json(folder / SUMMARY))
    except FileNotFoundError:
        return None
    except (Unreadable, ValueError) as error:
        return _unreadable(str(error))
    return replace(summary, error=summary.error and one_line(summary.error))


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


def read_summaries(sweep: Path, names: Sequence[str] | None) -> dict[Path, Summary | None]:
    """The summary of every job in `job_folders(sweep, names)`, None for jobs not begun."""
    return {folder: read_summary(folder) for folder in job_folders(sweep, names)}


def is_settled(summary: Summary | None, again: bool) -> bool:
    """Whether a job with this summary needs no further training.

    Args:
        summary: As `read_summary` returns it.
        again: Whether failed jobs are tried again.
    """
    if summary is None:
        return False
    if summary.state == "completed":
        return True
    return summary.state in ("failed", UNREADABLE) and not again


def mark_silent_as_failed(
    summaries: Mapping[Path, Summary | None],
) -> dict[Path, Summary | None]:
    """`summaries` of a sweep that has ended: a job that still says `running` has failed."""
    return {
        job: replace(summary, state="failed", error="it ended without writing how")
        if summary and summary.state == "running"
        else summary
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
    if summary.state == UNREADABLE:
        return
    state = "failed" if summary.state == "running" else summary.state
    replace(summary, state=state, error=summary.error or error).write(folder)


def one_line(text: str) -> str:
    """`text` in one line, without the control characters that a terminal obeys."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _by_number(folders: Iterable[Path]) -> list[Path]:
    return sorted(folders, key=_number)


def _number(folder: Path) -> tuple[int, str]:
    number = folder.name.partition("_")[0]
    return int(number) if number.isdecimal() else 0, folder.name


def _unreadable(reason: str) -> Summary:
    error = f"{SUMMARY} cannot be read: {reason}; remove the file to continue the run from its "
    return replace(_empty_summary(None), state=UNREADABLE, error=one_line(f"{error}checkpoint"))


def _empty_summary(experiment: Experiment | None) -> Summary:
    """The summary of a run that failed before its first step."""
    if experiment is None:
        return Summary("failed", steps=0)
    metric, baseline = experiment.task.metric, experiment.task.baseline
    return Summary("failed", metric, baseline=baseline, steps=0, seed=experiment.seed)
