"""`rnnexp.run`: an experiment from Python, in a folder that needs no name."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from rnnexp.config.check import Experiment, check
from rnnexp.tasks.task import Task
from rnnexp.training import run as training


def run(
    config: DictConfig | Mapping[str, Any],
    folder: str | Path | None = None,
    *,
    task: Task | None = None,
    progress: bool = False,
    again: bool = False,
) -> dict[str, Any]:
    """Run one experiment: train, evaluate and save, as `rnnexp train` does.

    Args:
        config: What `rnnexp.compose` returned, or a mapping with the same keys, such as a
            `config.yaml` that `OmegaConf.load` has read. Modules of your own that a `_target_` may
            name are those of `rnnexp.compose(["trust=[…]"])` and of the variable RNNEXP_TRUST.
        folder: The run folder. A new one under the config's `outputs`, named after the time, the
            unit and the task, if None. If the folder holds an unfinished run of the same config,
            that run is resumed and ends as if it had never stopped.
        task: A task as an object, instead of the one that the config describes: such as
            `rnnexp.tasks.Dataset(train)` with data of your own, or a task class of your own. To
            resume its run, give the same task again.
        progress: Whether to show a progress bar.
        again: Whether to resume a run that failed.

    Returns:
        The content of the run's `summary.json`: "score", "baseline", "solved", "steps", "seconds"
        and the others; and "folder", the path of the run folder.

    Raises:
        TypeError: `config` is not a config, or `task` is not a task.
        UserError: The config cannot be run, and no folder was made; or training failed, and
            `summary.json` says so.
        KeyboardInterrupt: The run was stopped by SIGINT or SIGTERM. Call `run` again with the same
            folder to resume it.
    """
    if not isinstance(config, DictConfig | Mapping):
        raise TypeError(
            f"config is a {type(config).__name__}; expected what rnnexp.compose returns, as in "
            'rnnexp.run(rnnexp.compose(["model=lstm"]))'
        )
    if task is not None and not isinstance(task, Task):
        raise TypeError(
            f"task is a {type(task).__name__}; expected a task, as in "
            "rnnexp.run(config, task=rnnexp.tasks.Dataset(train))"
        )
    experiment = check(config, task)
    place = _new_folder(experiment) if folder is None else Path(folder)
    summary = training.run(experiment, place, progress=progress, again=again)
    return {**asdict(summary), "folder": str(place)}


def _new_folder(experiment: Experiment) -> Path:
    """Where `rnnexp train` puts a run, with the unit, the task and the seed for its overrides."""
    now = datetime.now()
    unit = experiment.model.layer["_target_"].rpartition(".")[2]
    name = f"{now:%H-%M-%S-%f}_{unit}_{type(experiment.task).__name__}_seed={experiment.seed}"
    return Path(experiment.config.outputs) / "runs" / f"{now:%Y-%m-%d}" / name
