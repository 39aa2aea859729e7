"""How runs stand, as their summaries tell; and a failure that a run could not tell itself."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnexp.config.check import Experiment
from rnnexp.files.reading import Unreadable, json_of
from rnnexp.runs.folder import SUMMARY, write_summary

STATES = ("running", "completed", "failed", "interrupted")
UNREADABLE = "unreadable"
"""The state of a run whose summary is there and says nothing that can be understood."""

_TEXT = ("state", "metric", "error")
_NUMBERS = ("score", "steps", "steps_to_solve", "seconds")
_MOST = 1e18  # what is larger is no number of a run


def read_summary(folder: Path) -> dict[str, Any] | None:
    """The summary of the run in `folder`; None where none has begun there.

    Of a spoilt one the state is UNREADABLE, and its error says what is wrong with the file.
    """
    try:
        found = json_of(folder / SUMMARY)
    except FileNotFoundError:
        return None
    except Unreadable as error:
        return _spoilt(str(error))
    wrong = _wrong(found)
    if wrong:
        return _spoilt(wrong)
    if found["error"] is not None:
        found["error"] = one_line(found["error"])
    return dict(found)


def modified_at(folder: Path) -> int | None:
    """When the summary in `folder` was last written, in ns; None where there is none."""
    try:
        return (folder / SUMMARY).stat().st_mtime_ns
    except OSError:
        return None


def job_folders(sweep: Path, names: Sequence[str] | None) -> list[Path]:
    """The folders of the jobs of the folder `sweep`.

    names: what they are called; None: whatever folders are there, in order of their numbers.
    """
    if names is not None:
        return [sweep / name for name in names]
    return in_order(path for path in sweep.glob("[!.]*") if path.is_dir())


def read_summaries(sweep: Path, names: Sequence[str] | None) -> dict[Path, dict[str, Any] | None]:
    """The summary of each of `job_folders(sweep, names)`, None of those that have not begun."""
    return {folder: read_summary(folder) for folder in job_folders(sweep, names)}


def in_order(folders: Iterable[Path]) -> list[Path]:
    """The folders of a sweep's jobs, in order of their numbers."""
    return sorted(folders, key=_number)


def is_settled(found: Mapping[str, Any] | None, again: bool) -> bool:
    """Whether nothing is left to do for a job with this summary; `again`: a failed one runs."""
    if found is None:
        return False
    return found["state"] == "completed" or (found["state"] in ("failed", UNREADABLE) and not again)


def mark_silent_as_failed(
    found: Mapping[Path, dict[str, Any] | None],
) -> dict[Path, dict[str, Any] | None]:
    """`found` once nothing runs any more: what still says it runs has failed without a word."""
    silent = {"state": "failed", "error": "it ended, and could not write how"}
    return {
        job: summary | silent if summary and summary["state"] == "running" else summary
        for job, summary in found.items()
    }


def record_failure(folder: Path, experiment: Experiment | None, error: str) -> None:
    """Let the summary in `folder` say that `error` ended the run, unless the run has said more.

    A summary that cannot be read stays as it is. Raises OSError where it cannot be written.
    """
    summary = read_summary(folder) or _unbegun(experiment)
    if summary["state"] == UNREADABLE:
        return
    if summary["state"] == "running":
        summary["state"] = "failed"
    write_summary(folder, summary | {"error": summary["error"] or error})


def one_line(text: str) -> str:
    """`text` in one line, without the characters that a terminal obeys."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _wrong(found: Any) -> str | None:
    """Why `found` is no summary of a run; None where it is one."""
    if not isinstance(found, dict) or found.get("state") not in STATES:
        return f"expected a state, one of {', '.join(STATES)}"
    for key in _TEXT:
        if not isinstance(found.setdefault(key, None), str | None):
            return f"{key}: expected text"
    for key in _NUMBERS:
        if not _is_number(found.setdefault(key, None)):
            return f"{key}: expected a number"
    if found["state"] == "completed":
        for key in ("metric", "score", "steps", "seconds"):
            if found[key] is None:
                return f"{key}: expected a value of a completed run, got none"
    found.setdefault("solved", None)
    return None


def _is_number(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and (value != value or abs(value) < _MOST)


def _number(folder: Path) -> tuple[int, str]:
    number = folder.name.partition("_")[0]
    return int(number) if number.isdecimal() else 0, folder.name


def _spoilt(why: str) -> dict[str, Any]:
    return _unbegun(None) | {
        "state": UNREADABLE,
        "error": one_line(f"{SUMMARY} cannot be read: {why}; without it the run begins anew"),
    }


def _unbegun(experiment: Experiment | None) -> dict[str, Any]:
    """What can be told of a run that never came to its first step."""
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
