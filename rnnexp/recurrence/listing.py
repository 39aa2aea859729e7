"""The list of runs: those with a diagnostics.nc, and those of TensorBoard without one."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rnnexp.recurrence.catalogue import Catalogue, Summary
from rnnexp.recurrence.logdirs import FILE, Found, Logdir, leads_outside

_MOST_OTHERS = 20  # runs without a file that are listed one by one
_NOTHING: dict[str, Any] = {
    "title": "",
    "layers": [],
    "steps": 0,
    "last_step": None,
    "snapshots": 0,
}
MISSING = (
    f"there is no {FILE}: add rnnexp.callbacks.GateStatistics or TimestepGradients to `model.fit`, "
    "or train with `rnnexp train`"
)


def listing(catalogue: Catalogue, tensorboard_runs: Iterable[str]) -> dict[str, Any]:
    """What the page's list of runs shows.

    Args:
        catalogue: The runs with a file.
        tensorboard_runs: The names of all runs that TensorBoard knows.

    Returns:
        The settings that all runs have in common, the runs, how many of them are still being read,
        and how many runs without a file are not listed because they are so many.
    """
    found = sorted(catalogue.runs(), key=lambda run: natural(run.name))
    summaries = [catalogue.summary(run) for run in found]
    folders = _folders(catalogue.logdirs, tensorboard_runs)
    common = _common([s.answer["settings"] for s in summaries if s.answer.get("settings")])
    runs = [_told(*pair, common, folders) for pair in zip(found, summaries, strict=True)]
    others = _without_file(catalogue.logdirs, folders, found)
    few = others if len(others) <= _MOST_OTHERS else {}
    runs += [_other(name, problem) for name, problem in few.items()]
    pending = sum(summary.pending for summary in summaries)
    return {"common": common, "runs": runs, "pending": pending, "others": len(others) - len(few)}


def natural(name: str) -> list[str | int]:
    """A key that sorts run 2 before run 10."""
    parts = re.split(r"([0-9]{1,18})", name)
    return [int(part) if i % 2 else part for i, part in enumerate(parts)]


def runs_of(
    folder: str, logdirs: Iterable[Logdir], tensorboard_runs: Iterable[str]
) -> dict[str, str]:
    """The runs of TensorBoard that belong to a run's folder: the path of each below it."""
    below = {
        name: os.path.relpath(path, folder)
        for path, name in _folders(logdirs, tensorboard_runs).items()
        if folder in _owners(path)
    }
    return dict(sorted(below.items()))


def _folders(logdirs: Iterable[Logdir], names: Iterable[str]) -> dict[str, str]:
    """The runs of TensorBoard by their folders."""
    folders = {}
    for name in names:
        paths = [path for logdir in logdirs if (path := logdir.folder(name))]
        if paths:
            folders[next(filter(os.path.isdir, paths), paths[0])] = name
    return folders


def _owners(folder: str) -> list[str]:
    """The folders whose diagnostics.nc would belong to the event files in a folder."""
    parent = os.path.dirname(folder)
    owners = [folder, parent]
    if os.path.basename(parent) == "tensorboard":
        owners.append(os.path.dirname(parent))
    return owners


def _common(settings: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The settings that are equal in all runs that have any."""
    if not settings:
        return {}
    first, *rest = settings
    return {
        key: value
        for key, value in first.items()
        if all(key in other and _same(other[key], value) for other in rest)
    }


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one) == json.dumps(other)  # where 1 is not true


def _told(
    run: Found, summary: Summary, common: Mapping[str, Any], folders: Mapping[str, str]
) -> dict[str, Any]:
    answer = {**_NOTHING, **summary.answer}
    settings = answer.pop("settings", {})
    names = [folders.get(os.path.join(run.folder, "tensorboard")), folders.get(run.folder)]
    return {
        "name": run.name,
        "version": summary.version,
        "problem": summary.problem,
        "own": {key: value for key, value in settings.items() if key not in common},
        "has_settings": bool(settings),
        "tensorboard_run": next(filter(None, names), None),
        **answer,
    }


def _without_file(
    logdirs: Iterable[Logdir], folders: Mapping[str, str], found: Iterable[Found]
) -> dict[str, str]:
    """The problem of each run of TensorBoard that has no file."""
    owners = {run.folder for run in found}
    left = {f: name for f, name in folders.items() if owners.isdisjoint(_owners(f))}
    if left:  # or TensorBoard knows them under a symbolic link
        owners = {os.path.realpath(folder) for folder in owners}
    problems = {}
    for folder, name in left.items():
        real = os.path.realpath(folder)
        if owners.isdisjoint(_owners(real)):
            inside = any(logdir.holds(real) for logdir in logdirs)
            problems[name] = MISSING if inside else leads_outside(folder)
    return dict(sorted(problems.items(), key=lambda item: natural(item[0])))


def _other(name: str, problem: str) -> dict[str, Any]:
    return {
        "name": name,
        "version": "",
        "problem": problem,
        "own": {},
        "has_settings": False,
        "tensorboard_run": name,
        **_NOTHING,
    }
