"""One run: build, fit, evaluate, save; every way it can end is written in its folder."""

import math
import platform
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
from omegaconf import DictConfig, OmegaConf

import rnnexp
from rnnexp.dashboard.scalars import Scalars
from rnnexp.experiment import folder as files
from rnnexp.experiment import hardware
from rnnexp.experiment.check import Experiment, check
from rnnexp.experiment.data import Epochs
from rnnexp.experiment.model import build_model
from rnnexp.experiment.progress import Progress
from rnnexp.experiment.record import Record, check_finite
from rnnexp.experiment.schema import TrainerConf
from rnnexp.experiment.signals import StopRequest, deferred
from rnnexp.experiment.stopping import StopAt, StopWhenAsked

_EVALUATION_BATCH = 512  # at most: it bounds the memory, not the result


def run(
    cfg: DictConfig | Mapping[str, Any], folder: str | Path, progress: bool = False
) -> dict[str, Any]:
    """Train what `cfg` says, leave everything in `folder`, return its summary.

    Raises UserError, and leaves no folder, where `cfg` cannot be run. What stops a run that has
    begun (KeyboardInterrupt for SIGINT and SIGTERM) is raised after summary.json tells of it.
    """
    experiment = check(cfg)
    folder = Path(folder)
    files.claim(folder)
    try:
        with deferred() as request:
            # What an earlier run of this process left behind must not reach this one.
            keras.utils.clear_session()
            hardware.apply(experiment.hardware)
            keras.utils.set_random_seed(experiment.seed)
            data = Epochs(experiment.task, experiment.seed, experiment.trainer.batch_size)
            model = build_model(experiment)
            request.obey()
            return _follow(experiment, folder, model, data, request, progress)
    finally:
        files.discard_empty(folder)


def _follow(
    experiment: Experiment,
    folder: Path,
    model: keras.Model,
    data: Epochs,
    request: StopRequest,
    progress: bool,
) -> dict[str, Any]:
    """Run it, with summary.json telling its state from the first moment to the last."""
    start = time.monotonic()
    summary = _beginning(experiment, model)
    text = OmegaConf.to_yaml(experiment.config)
    files.write(folder / files.CONFIG, lambda path: path.write_text(text, encoding="utf-8"))
    files.write_summary(folder, summary)
    try:
        summary["steps_to_solve"] = _fit(experiment, folder, model, data, request, progress)
        score = _score(experiment, model, request)
        files.write(folder / files.MODEL, model.save)
        summary |= {"state": "completed", "score": score, "solved": experiment.task.solved(score)}
    except KeyboardInterrupt:
        summary["state"] = "interrupted"
        files.write(folder / files.MODEL, model.save)
        raise
    except Exception as error:
        summary |= {"state": "failed", "error": f"{type(error).__name__}: {error}"}
        raise
    finally:
        summary["steps"] = int(model.optimizer.iterations)
        summary["seconds"] = round(time.monotonic() - start, 3)
        files.write_summary(folder, summary)
    return summary


def _fit(
    experiment: Experiment,
    folder: Path,
    model: keras.Model,
    data: Epochs,
    request: StopRequest,
    progress: bool,
) -> int | None:
    """Train; return after how many steps the validation split counted as solved, if ever."""
    task = experiment.task
    steps = _steps(experiment.trainer, len(data))
    with Scalars(folder / files.TENSORBOARD) as scalars:
        record = Record(task, folder, scalars)
        bar = Progress(steps, task.metric) if progress else None
        try:
            model.fit(
                data,
                epochs=math.ceil(steps / len(data)),
                validation_data=task.examples("validation", experiment.seed),
                validation_batch_size=_EVALUATION_BATCH,
                callbacks=[
                    data.follower,
                    StopAt(steps),
                    record,
                    *([bar] if bar else []),
                    StopWhenAsked(request),  # last: what a step has to tell is told by then
                ],
                shuffle=False,  # the task has shuffled, by seed and epoch
                verbose=0,
            )
        finally:
            if bar:
                bar.close()
    return record.steps_to_solve


def _steps(trainer: TrainerConf, steps_per_epoch: int) -> int:
    """How many optimizer updates training takes."""
    ends = [] if trainer.steps is None else [trainer.steps]
    if trainer.epochs is not None:
        ends.append(trainer.epochs * steps_per_epoch)
    return min(ends)


def _score(experiment: Experiment, model: keras.Model, request: StopRequest) -> float:
    """The task's metric on the test split."""
    x, y = experiment.task.examples("test", experiment.seed)
    scores = model.evaluate(
        x,
        y,
        batch_size=_EVALUATION_BATCH,
        callbacks=[StopWhenAsked(request)],
        verbose=0,
        return_dict=True,
    )
    check_finite(scores["loss"], "after the last epoch")
    return float(scores[experiment.task.metric])


def _beginning(experiment: Experiment, model: keras.Model) -> dict[str, Any]:
    """The summary of a run that has just begun; null is what is not known yet."""
    return {
        "state": "running",
        "metric": experiment.task.metric,
        "score": None,
        "baseline": experiment.task.baseline,
        "solved": None,
        "steps": 0,
        "steps_to_solve": None,
        "seed": experiment.seed,
        "parameters": model.count_params(),
        "seconds": None,
        "versions": {
            "rnnexp": rnnexp.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("tensorflow", "keras", "numpy", "hydra-core")},
        },
        "hardware": hardware.describe(experiment.hardware),
        "error": None,
    }
