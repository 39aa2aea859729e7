"""The words with which a run begins and ends."""

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rnnexp.config.check import Experiment
from rnnexp.config.trust import flags


def opening(experiment: Experiment) -> str:
    """What is about to be trained, in a line."""
    model, task = experiment.model, experiment.task
    layer = model.layer["_target_"].rpartition(".")[2]
    depth = f"{model.depth} × " if model.depth > 1 else ""
    return (
        f"{depth}{layer}, {model.units} units, learns {type(task).__name__} "
        f"(T={task.length}, D={task.features}), seed {experiment.seed}"
    )


def closing(summary: Mapping[str, Any], folder: Path) -> str:
    """Score beside what a guess scores, seconds, and where to look."""
    metric = summary["metric"]
    return "\n".join(
        (
            f"test {metric.replace('_', ' ')}  {amount(summary['score'], metric)} "
            f"(a guess: {amount(summary['baseline'], metric)}), {_solved(summary)}",
            f"seconds        {summary['seconds']:.0f}",
            f"run folder     {short(folder)}",
            # The run's own folder, not the one below: HParams finds no scores where the runs of a
            # session stand at the top.
            f"look at it     {_tensorboard()} --logdir {shlex.quote(short(folder))}",
        )
    )


def interrupted(folder: Path) -> str:
    """What to say of an interrupted run."""
    where = short(folder)
    return (
        f"interrupted: what was done so far is in {where}\n"
        f"resume it: rnnexp resume {shlex.quote(where)}{flags()}"
    )


def outcome(summary: Mapping[str, Any]) -> str:
    """How a job of a sweep has ended, in a line."""
    if summary["state"] != "completed":
        return f"{summary['state']}: {summary['error']}" if summary["error"] else summary["state"]
    metric = summary["metric"]
    return (
        f"{metric.replace('_', ' ')} {amount(summary['score'], metric)}, {_solved(summary)}, "
        f"{summary['seconds']:.0f} s"
    )


def _solved(summary: Mapping[str, Any]) -> str:
    """Whether the test split counts as solved; when it was, the validation split tells."""
    first = summary["steps_to_solve"]
    if summary["solved"]:
        return f"solved after {first} of {summary['steps']} steps" if first else "solved"
    return "not solved" + (
        f", though the validation split was after {first} steps" if first else ""
    )


def amount(value: float, metric: str) -> str:
    """An accuracy in per cent, an error as it is."""
    return f"{100 * value:.3g} %" if metric == "accuracy" else f"{value:.3g}"


def short(path: Path) -> str:
    """As seen from the current folder, where it is inside it."""
    try:
        cwd = Path.cwd()
    except OSError:  # removed in the meantime
        return str(path)
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)


def _tensorboard() -> str:
    """The command beside this Python; its path where the shell would not find it."""
    own = Path(sys.executable).parent / "tensorboard"
    found = shutil.which("tensorboard")
    if found and os.path.samefile(found, own):
        return "tensorboard"
    return shlex.quote(short(own))
