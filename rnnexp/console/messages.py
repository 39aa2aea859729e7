"""What is printed when a run begins and ends."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from rnnexp.config.experiment import Experiment
from rnnexp.config.trust import trust_flags
from rnnexp.runs.folder import BEST_MODEL
from rnnexp.runs.summary import Summary


def start_message(experiment: Experiment) -> str:
    """Return a line about the experiment that is about to be trained, and its task's notes."""
    return "\n".join([title(experiment), *experiment.task.notes])


def title(experiment: Experiment) -> str:
    """Return a line that says which unit learns which task: "GRU, 64 units, learns Digits …"."""
    model, task = experiment.model, experiment.task
    layer = model.layer["_target_"].rpartition(".")[2]
    depth = f"{model.depth} × " if model.depth > 1 else ""
    size = f"{model.units} units"
    if model.parameters is not None:
        size = f"{model.parameters} parameters"
    elif model.state is not None:
        size = f"a state of {model.state} {'number' if model.state == 1 else 'numbers'}"
    inputs = task.inputs
    read = f"D={inputs.size}" if inputs.kind == "numbers" else f"{inputs.size} tokens"
    return (
        f"{depth}{layer}, {size}, learns {type(task).__name__} "
        f"(T={task.timesteps('train')}, {read}), seed {experiment.seed}"
    )


def end_message(summary: Summary, folder: Path) -> str:
    """Return the result of a completed run and where it is.

    Args:
        summary: Of a run whose state is "completed".
        folder: The run folder.
    """
    metric = str(summary.metric)
    compared = {"a guess": summary.baseline, **summary.guesses}
    guesses = ", ".join(f"{name}: {format_score(v, metric)}" for name, v in compared.items())
    solved = "" if summary.solved is None else f", {_solved(summary)}"
    return "\n".join(
        (
            f"test {metric.replace('_', ' ')}  {format_score(summary.score, metric)} "
            f"({guesses}){solved}",
            *_best(summary),
            f"seconds        {summary.seconds:.0f}",
            f"run folder     {short_path(folder)}",
            # Not the folder tensorboard/ in it, which TensorBoard would list as a run named "."
            f"look at it     {_tensorboard()} --logdir {shlex.quote(short_path(folder))}",
        )
    )


def _best(summary: Summary) -> list[str]:
    """Return a line about the best weights, if they are not the last ones."""
    best = summary.best_step, summary.best_score
    if summary.best_step is None or best == (summary.steps, summary.score):
        return []
    score = format_score(summary.best_score, str(summary.metric))
    return [f"best weights   {score}, after {summary.best_step} steps, in {BEST_MODEL}"]


def interrupted_message(folder: Path) -> str:
    """Return how to resume the interrupted run in `folder`."""
    where = short_path(folder)
    return (
        f"interrupted: what was done so far is in {where}\n"
        f"resume it: rnnexp resume {shlex.quote(where)}{trust_flags()}"
    )


def outcome_message(summary: Summary) -> str:
    """Return one line about how a job of a sweep ended."""
    if summary.state != "completed":
        return f"{summary.state}: {summary.error}" if summary.error else summary.state
    metric = str(summary.metric)
    return (
        f"{metric.replace('_', ' ')} {format_score(summary.score, metric)}, "
        + ("" if summary.solved is None else f"{_solved(summary)}, ")
        + f"{summary.seconds:.0f} s"
    )


def _solved(summary: Summary) -> str:
    """Return whether the test split is solved, and when the validation split was."""
    first = summary.steps_to_solve
    if summary.solved:
        return f"solved after {first} of {summary.steps} steps" if first else "solved"
    return "not solved" + (
        f", though the validation split was after {first} steps" if first else ""
    )


def format_score(value: float | None, metric: str) -> str:
    """Return an accuracy in per cent and any other metric as it is, with three digits."""
    if value is None:
        return "unknown"
    return f"{100 * value:.3g} %" if metric.endswith("accuracy") else f"{value:.3g}"


def short_path(path: Path) -> str:
    """Return `path` relative to the current folder if it is inside it."""
    try:
        cwd = Path.cwd()
    except OSError:  # the current folder was removed
        return str(path)
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)


def _tensorboard() -> str:
    """Return the command `tensorboard` of this Python, with its path if the shell needs it."""
    own = Path(sys.executable).parent / "tensorboard"
    if not own.exists():  # as where pip was told --target, or installed it for another Python
        return f"{shlex.quote(short_path(Path(sys.executable)))} -m tensorboard.main"
    command = shutil.which("tensorboard")
    if command and os.path.samefile(command, own):
        return "tensorboard"
    return shlex.quote(short_path(own))
