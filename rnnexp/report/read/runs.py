"""Finds run folders, and reads each as far as possible: finished, unfinished or damaged."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from rnnexp.config.errors import UserError
from rnnexp.report.read.files import (
    empty_metrics,
    empty_slices,
    read_diagnostics,
    read_mapping,
    read_metrics,
    read_slices,
)
from rnnexp.report.read.layer_measurements import LayerMeasurements
from rnnexp.report.read.settings import SECTIONS, read_settings
from rnnexp.report.read.status import check_summary, run_status
from rnnexp.report.read.timed_worker import TimedWorker
from rnnexp.report.text import natural, plain
from rnnexp.runs.folder import CHECKPOINT, CONFIG, DIAGNOSTICS, METRICS, MODEL, SLICES, SUMMARY

_RUN_FILES = {CONFIG, SUMMARY, METRICS, DIAGNOSTICS, CHECKPOINT, MODEL}


@dataclass(frozen=True)
class Run:
    """One run folder, as far as it can be read.

    Args:
        folder: Path of the folder.
        state: "completed", "interrupted", "running" or "failed"; "unreadable" if the files do not
            bear that out.
        reason: Why the run has not completed; None if it has.
        settings: The values of the config by dotted key.
        summary: The values of summary.json; {} without such a file.
        metrics: One row per validation; no rows if there are none.
        layers: The recurrent layers in diagnostics.nc, in their order.
        notes: One message for each thing that is there and cannot be read.
        slices: The test score of each slice; no rows if there are none.
    """

    folder: Path
    state: str
    reason: str | None
    settings: dict[str, Any]
    summary: dict[str, Any]
    metrics: pd.DataFrame
    layers: list[LayerMeasurements]
    notes: list[str] = field(default_factory=list)
    slices: pd.DataFrame = field(default_factory=empty_slices)

    @property
    def stopped_when_solved(self) -> bool:
        """Whether its training ended before its time because the validation split was solved."""
        may_stop = self.settings.get("trainer.stop_when_solved") is True
        most, steps = self.settings.get("trainer.steps"), self.summary.get("steps")
        ended_early = most is None or steps is None or steps < most
        return may_stop and ended_early and self.summary.get("steps_to_solve") is not None

    @property
    def completed(self) -> bool:
        """Whether the run has a score, and settings to which the score belongs."""
        return self.state == "completed"

    @property
    def readable(self) -> bool:
        """Whether the files say how the run ended."""
        return self.state != "unreadable"

    @property
    def problems(self) -> str:
        """The reason and all notes in one line; "" for a completed run that was read whole."""
        return plain("; ".join(filter(None, [self.reason, *self.notes])))


def read_runs(folders: Iterable[str | Path]) -> list[Run]:
    """Read every run in or below some folders.

    Args:
        folders: Run folders, sweeps, or any folders above some.

    Returns:
        The runs in the natural order of their paths, each once.

    Raises:
        UserError: One of the folders is not a folder, or there is no run at all.
    """
    roots = [_check_folder(folder) for folder in folders]
    with TimedWorker() as worker:
        runs = [run for root in roots for run in _read_below(root, worker)]
    by_path = {os.path.realpath(run.folder): run for run in runs}
    if not by_path:
        names = ", ".join(plain(root) for root in roots)
        raise UserError(
            f"{names}: no run found; expected folders with a {SUMMARY} as "
            "`rnnexp train` writes them, at any depth"
        )
    return [by_path[path] for path in sorted(by_path, key=_path_order)]


def _path_order(path: str) -> tuple[Any, ...]:
    return [natural(part) for part in Path(path).parts], path


def _check_folder(folder: str | Path) -> Path:
    try:
        if str(folder) and Path(folder).is_dir():
            return Path(folder)
        problem = "not a folder" if Path(folder).exists() else "no such folder"
    except (OSError, ValueError):
        problem = "not a folder that can be read"
    raise UserError(
        f"{plain(str(folder)) or repr('')}: {problem}; name one that `rnnexp train` has written"
    )


def _read_below(root: Path, worker: TimedWorker) -> Iterator[Run]:
    """Read the runs in or below a folder. A run folder is not searched for further runs."""
    closed: list[OSError] = []
    for folder, subfolders, files in os.walk(root, onerror=closed.append):
        run = _read_run(Path(folder), {*subfolders, *files} & _RUN_FILES, worker)
        if run:
            subfolders.clear()
            yield run
    yield from map(_closed_folder, closed)


def _read_run(folder: Path, names: set[str], worker: TimedWorker) -> Run | None:
    """Read the run in a folder that has these files of a run; None if it is not a run folder."""
    if not names & {CONFIG, SUMMARY}:
        return None
    config, config_note = read_mapping(folder / CONFIG)
    summary, summary_note = read_mapping(folder / SUMMARY)
    recognised = set(config) >= set(SECTIONS) or "state" in summary
    # A folder with several files of a run is one, unless its config or summary is someone else's.
    if not recognised and (config or summary or len(names) == 1):
        return None
    settings, settings_note = _read_settings(config)
    summary, problems = check_summary(summary)
    if settings and summary.get("seed") not in (None, settings["seed"]):
        problems.append(
            f"{SUMMARY}: seed is {summary['seed']}, expected {settings['seed']} as in {CONFIG}"
        )
    state, reason = run_status(settings, summary, problems)
    metrics, metrics_note = read_metrics(folder / METRICS)
    layers, layers_note = read_diagnostics(folder / DIAGNOSTICS, worker)
    slices, slices_note = read_slices(folder / SLICES)
    messages = [config_note, settings_note, summary_note, *problems]
    messages += [metrics_note, layers_note, slices_note]
    notes = [message for message in messages if message]
    return Run(folder, state, reason, settings, summary, metrics, layers, notes, slices)


def _read_settings(config: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The settings; {} and a message if the config cannot be that of a run."""
    try:
        return (read_settings(config), None) if config else ({}, None)
    except ValueError as error:
        return {}, str(error)


def _closed_folder(error: OSError) -> Run:
    """An unreadable run in place of a folder that cannot be opened."""
    reason = f"the folder cannot be opened ({error.strerror})"
    return Run(Path(error.filename), "unreadable", reason, {}, {}, empty_metrics(), [])
