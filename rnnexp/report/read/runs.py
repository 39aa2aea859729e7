"""Run folders below some others, and what can be read of each: finished, unfinished or broken."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from rnnexp.config.errors import UserError
from rnnexp.report.read.files import looks, mapping, no_rows, rows
from rnnexp.report.read.layer_measurements import Measured
from rnnexp.report.read.settings import SECTIONS, settings
from rnnexp.report.read.status import checked, ending
from rnnexp.report.read.timed_worker import Apart
from rnnexp.report.text import natural, plain
from rnnexp.runs.folder import CHECKPOINT, CONFIG, DIAGNOSTICS, METRICS, MODEL, SUMMARY

_OURS = {CONFIG, SUMMARY, METRICS, DIAGNOSTICS, CHECKPOINT, MODEL}


@dataclass(frozen=True)
class Run:
    """One run folder, as far as it can be read.

    state: completed, interrupted, running, failed; unreadable where the files contradict that.
    reason: why it has not completed, None if it has.
    settings: the config's values by dotted key. summary: as in summary.json, {} without one.
    metrics: a row per epoch, without rows where there are none.
    layers: what diagnostics.nc has of each recurrent layer, in order.
    notes: what could not be read though it is there.
    """

    folder: Path
    state: str
    reason: str | None
    settings: dict[str, Any]
    summary: dict[str, Any]
    metrics: pd.DataFrame
    layers: list[Measured]
    notes: list[str] = field(default_factory=list)

    @property
    def completed(self) -> bool:
        """Whether it has a score and the settings that it belongs to."""
        return self.state == "completed"

    @property
    def readable(self) -> bool:
        """Whether it can be said how it ended."""
        return self.state != "unreadable"

    @property
    def told(self) -> str:
        """Everything that is wrong with it, in one line; "" of a whole run that has completed."""
        return plain("; ".join(filter(None, [self.reason, *self.notes])))


def read_runs(places: Iterable[str | Path]) -> list[Run]:
    """Every run in or below the `places`, in the natural order of their paths, each once.

    Raises UserError for a place that is no folder, and where no run is found at all.
    """
    roots = [_folder(place) for place in places]
    with Apart() as apart:
        every = [run for place in roots for run in _below(place, apart)]
    found = {os.path.realpath(run.folder): run for run in every}
    names = ", ".join(plain(place) for place in roots)
    if not found:
        raise UserError(
            f"{names}: no run found; expected folders with a {SUMMARY} as "
            "`rnnexp train` leaves them, at any depth"
        )
    return [found[path] for path in sorted(found, key=_in_order)]


def _in_order(path: str) -> tuple[Any, ...]:
    return [natural(part) for part in Path(path).parts], path


def _folder(place: str | Path) -> Path:
    try:
        if str(place) and Path(place).is_dir():
            return Path(place)
        kind = "no folder" if Path(place).exists() else "no such folder"
    except (OSError, ValueError):
        kind = "no folder that can be read"
    raise UserError(
        f"{plain(str(place)) or repr('')}: {kind}; name one that `rnnexp train` has written"
    )


def _below(place: Path, apart: Apart) -> Iterator[Run]:
    """The runs in or below `place`; none is looked for inside another."""
    closed: list[OSError] = []
    for folder, inside, files in os.walk(place, onerror=closed.append):
        run = _run(Path(folder), {*inside, *files} & _OURS, apart)
        if run:
            inside.clear()
            yield run
    yield from map(_closed, closed)


def _run(folder: Path, names: set[str], apart: Apart) -> Run | None:
    """The run in a folder that has files of these names of ours; None where there is no run."""
    if not names & {CONFIG, SUMMARY}:
        return None
    config, config_note = mapping(folder / CONFIG)
    summary, summary_note = mapping(folder / SUMMARY)
    known = set(config) >= set(SECTIONS) or "state" in summary
    # Several files of ours, and neither of these two shows that they are somebody else's.
    if not known and (config or summary or len(names) == 1):
        return None
    values, settings_note = _settings(config)
    said, faults = checked(summary)
    if values and said.get("seed") not in (None, values["seed"]):
        faults.append(f"{SUMMARY}: seed is {said['seed']}, in {CONFIG} {values['seed']}")
    state, reason = ending(values, said, faults)
    metrics, metrics_note = rows(folder / METRICS)
    layers, layers_note = looks(folder / DIAGNOSTICS, apart)
    told = [config_note, settings_note, summary_note, *faults, metrics_note, layers_note]
    notes = [note for note in told if note]
    return Run(folder, state, reason, values, said, metrics, layers, notes)


def _settings(config: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The settings, {} where the config is not that of a run; and why it is not."""
    try:
        return (settings(config), None) if config else ({}, None)
    except ValueError as error:
        return {}, str(error)


def _closed(error: OSError) -> Run:
    """What is told of a folder that cannot be looked into."""
    reason = f"the folder cannot be opened ({error.strerror})"
    return Run(Path(error.filename), "unreadable", reason, {}, {}, no_rows(), [])
