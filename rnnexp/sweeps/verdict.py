"""How runs stand, as their summaries tell; and a failure that a run could not tell itself."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rnnexp.experiment.check import Experiment
from rnnexp.experiment.folder import SUMMARY, write_summary


def read(folder: Path) -> dict[str, Any] | None:
    """The summary of the run in `folder`; None where none has begun there."""
    try:
        found: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def of_all(sweep: Path) -> dict[Path, dict[str, Any]]:
    """The summary of every job that has begun in the folder `sweep`, in order of their numbers."""
    found = {path.parent: read(path.parent) for path in sweep.glob(f"*/{SUMMARY}")}
    return {folder: found[folder] or {} for folder in in_order(found)}


def in_order(folders: Iterable[Path]) -> list[Path]:
    """The folders of a sweep's jobs, in order of their numbers."""
    return sorted(folders, key=_number)


def fail(folder: Path, experiment: Experiment | None, error: str) -> None:
    """Let the summary in `folder` say that `error` ended the run, unless the run has said more."""
    summary = read(folder) or _unbegun(experiment)
    if summary["state"] == "running":
        summary["state"] = "failed"
    write_summary(folder, summary | {"error": summary["error"] or error})


def _number(folder: Path) -> tuple[int, str]:
    number = folder.name.partition("_")[0]
    return int(number) if number.isdigit() else 0, folder.name


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
