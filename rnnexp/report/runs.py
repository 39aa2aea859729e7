"""Run folders below some others, and what can be read of each: finished, unfinished or broken."""

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import CONFIG, DIAGNOSTICS, METRICS, SUMMARY
from rnnexp.report.measured import Measured, measured

# libyaml's reader where it was built: seven times as fast.
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SECTIONS = {"model", "task", "trainer"}  # by which a config.yaml is known for one of ours
_STATES = ("completed", "interrupted", "running", "failed")
_NUMBERS = ("score", "baseline", "steps", "steps_to_solve", "parameters", "seconds")


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


def read_runs(places: Iterable[str | Path]) -> list[Run]:
    """Every run in or below the `places`, in the order of their paths, each once.

    Raises UserError for a place that is no folder, and where no run is found at all.
    """
    roots = [Path(place) for place in places]
    for place in roots:
        if not place.is_dir():
            raise UserError(f"{place}: no such folder; name one that `rnnexp train` has written")
    folders = {found.resolve(): found for place in roots for found in _below(place)}
    if not folders:
        raise UserError(
            f"{', '.join(map(str, roots))}: no run found; expected folders with a {SUMMARY} as "
            "`rnnexp train` leaves them, at any depth"
        )
    return [_read(folders[path]) for path in sorted(folders)]


def _below(place: Path) -> Iterator[Path]:
    """The run folders in or below `place`; none is looked for inside another."""
    for folder, inside, files in os.walk(place):
        if _is_run(Path(folder), files):
            inside.clear()
            yield Path(folder)


def _is_run(folder: Path, files: list[str]) -> bool:
    if CONFIG in files and set(_load(folder / CONFIG)[0]) >= _SECTIONS:
        return True
    return SUMMARY in files and "state" in _load(folder / SUMMARY)[0]


def _read(folder: Path) -> Run:
    config, config_note = _load(folder / CONFIG)
    summary, summary_note = _load(folder / SUMMARY)
    metrics, metrics_note = _metrics(folder / METRICS)
    layers, layers_note = measured(folder / DIAGNOSTICS)
    summary = _plain(summary)
    state, reason = _state(config, summary)
    notes = [note for note in (config_note, summary_note, metrics_note, layers_note) if note]
    return Run(folder, state, reason, flat(config), summary, metrics, layers, notes)


def _load(path: Path) -> tuple[dict[str, Any], str | None]:
    """The mapping in a JSON or YAML file, {} if there is none; and why, if there ought to be."""
    try:
        text = path.read_text(encoding="utf-8")
        value = json.loads(text) if path.suffix == ".json" else yaml.load(text, _YAML)
    except FileNotFoundError:
        return {}, f"no {path.name}"
    except (OSError, ValueError, yaml.YAMLError) as error:
        return {}, f"{path.name} cannot be read ({type(error).__name__})"
    if not isinstance(value, dict):
        return {}, f"{path.name} cannot be read (no mapping)"
    return value, None


def _plain(summary: Mapping[str, Any]) -> dict[str, Any]:
    """With None for what ought to be a finite number and is none."""

    def finite(value: Any) -> bool:
        known = isinstance(value, int | float) and not isinstance(value, bool)
        return known and math.isfinite(value)

    return {k: None if k in _NUMBERS and not finite(v) else v for k, v in summary.items()}


def _metrics(path: Path) -> tuple[pd.DataFrame, str | None]:
    """The rows with a step; what else is no number is NaN."""
    try:
        rows = pd.read_csv(path).apply(pd.to_numeric, errors="coerce")
        return rows.dropna(subset="step"), None
    except FileNotFoundError:
        return pd.DataFrame({"step": []}), None
    except (OSError, ValueError, KeyError) as error:
        note = f"{path.name} cannot be read ({type(error).__name__})"
        return pd.DataFrame({"step": []}), note


def _state(config: Mapping[str, Any], summary: Mapping[str, Any]) -> tuple[str, str | None]:
    """The state that the files bear out, and the reason where that is not "completed"."""
    state = summary.get("state")
    if state is None:
        return "unreadable", f"its {SUMMARY} is missing or broken"
    if state not in _STATES:
        return "unreadable", f"{SUMMARY} has the state {state!r}"
    if state == "failed":
        return state, str(summary.get("error") or "no reason given")
    if state == "interrupted":
        return state, f"stopped after {summary.get('steps')} steps"
    if state == "running":
        return state, "still running, or killed before it could tell"
    if not set(config) >= _SECTIONS:
        return "unreadable", f"completed, but its {CONFIG} is missing or broken"
    if summary.get("score") is None:
        return "unreadable", f"completed, but its {SUMMARY} has no score"
    return state, None


def flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Values by dotted key; a list becomes its text, so that every value can be compared."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = str(value) if isinstance(value, list) else value
    return found
