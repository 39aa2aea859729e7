"""One run: build, fit, evaluate, save; every way it can end is written in its folder."""

import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import keras
from omegaconf import DictConfig, OmegaConf

from rnnexp.config.check import Experiment, check
from rnnexp.config.errors import UserError, one_line
from rnnexp.config.trust import granted
from rnnexp.console.signals import deferred
from rnnexp.dashboard.scalars import Scalars
from rnnexp.runs import folder as files
from rnnexp.runs.disk_errors import DiskTrouble, disk_trouble_told
from rnnexp.runs.lock import claimed
from rnnexp.training import hardware
from rnnexp.training.callbacks import build_callbacks
from rnnexp.training.checkpoint import Checkpoint, DamagedCheckpoint, load
from rnnexp.training.checkpointing import SaveCheckpoints
from rnnexp.training.data import Epochs
from rnnexp.training.dry_run import rehearse
from rnnexp.training.examples import examples, first_examples
from rnnexp.training.fit import Training, fit, saver_of
from rnnexp.training.model import build_model
from rnnexp.training.multi_device import evaluation_batch
from rnnexp.training.resumable import check_goes_on
from rnnexp.training.stopping import NotFinite, StopWhenAsked, check_finite
from rnnexp.training.summary import beginning


def run(
    cfg: DictConfig | Mapping[str, Any],
    folder: str | Path,
    progress: bool = False,
    again: bool = False,
) -> dict[str, Any]:
    """Train what `cfg` says, leave everything in `folder`, return its summary.

    Where `folder` holds this run unfinished, killed at whatever moment, it goes on and ends as if
    it had never stopped; a failed one only if `again`. Modules of one's own that a `_target_` may
    name are those that `compose` was given as `trust=[…]`, and those that RNNEXP_TRUST names.

    Raises UserError, and leaves no folder, where `cfg` cannot be run. What stops a run that has
    begun (KeyboardInterrupt for SIGINT and SIGTERM, UserError for any error) is raised after
    summary.json tells of it.
    """
    experiment = check(cfg)
    folder = Path(folder)
    with (
        granted(experiment.trust),
        claimed(folder, experiment.config, again) as unfinished,
        deferred() as request,
    ):
        resumed = _checkpoint(folder, experiment) if unfinished else None
        # What an earlier run of this process left behind must not reach this one.
        keras.utils.clear_session()
        hardware.apply(experiment.hardware)
        keras.utils.set_random_seed(experiment.seed)
        for split in ("validation", "test"):
            first_examples(experiment.task, split, experiment.seed)
        model = build_model(experiment)
        rehearse(experiment, model)
        training = Training(
            experiment=experiment,
            folder=folder,
            model=model,
            data=Epochs(experiment.task, experiment.seed, experiment.trainer.batch_size),
            observers=build_callbacks(experiment, folder),
            request=request,
            resumed=resumed,
            start=time.monotonic() - (resumed.place.seconds if resumed else 0),
            progress=progress,
            rows=list(resumed.rows) if resumed else [],
        )
        request.obey()
        return _follow(training)


def _checkpoint(folder: Path, experiment: Experiment) -> Checkpoint | None:
    """Where the run in `folder` goes on; None for its beginning, which is always sound.

    Raises UserError for a checkpoint that cannot be read, and for one of another config.
    """
    try:
        found = load(folder)
    except DamagedCheckpoint as error:
        aside = files.set_aside(folder / files.CHECKPOINT)
        print(f"rnnexp: {error}; it is now {aside.name}, the run begins anew", file=sys.stderr)
        return None
    if found:
        check_goes_on(folder, found, experiment)
    return found


def _follow(training: Training) -> dict[str, Any]:
    """Run it, with summary.json telling its state from the first moment to the last."""
    folder = training.folder
    summary = beginning(training.experiment, training.model)
    ending: dict[str, Any] = {}
    try:
        with disk_trouble_told(folder):
            text = OmegaConf.to_yaml(training.experiment.config)
            files.write(folder / files.CONFIG, lambda path: path.write_text(text, encoding="utf-8"))
            files.write_summary(folder, summary)
            summary |= _complete(training)
            files.write_summary(folder, _closed(summary, training))
    except KeyboardInterrupt:
        ending = {"state": "interrupted"}
        raise
    except DiskTrouble as error:
        ending = {"state": "interrupted", "error": str(error)}
        raise
    except Exception as error:
        ending = {"state": "failed", "error": f"{type(error).__name__}: {error}"}
        if isinstance(error, UserError):
            raise
        raise UserError(_broken_off(training, error)) from error
    finally:
        if ending:
            with suppress(OSError):  # the disk may be what has ended it
                files.write_summary(folder, _closed(summary | ending, training))
    (folder / files.CHECKPOINT).unlink(missing_ok=True)
    return summary


def _broken_off(training: Training, error: Exception) -> str:
    step = int(training.model.optimizer.iterations)
    if not step:
        return f"the first step cannot be made: {one_line(error)}"
    return f"{training.folder}: the run broke off after step {step}: {one_line(error)}"


def _closed(summary: dict[str, Any], training: Training) -> dict[str, Any]:
    summary["steps"] = int(training.model.optimizer.iterations)
    summary["seconds"] = training.seconds
    return summary


def _complete(training: Training) -> dict[str, Any]:
    """Train, evaluate and save the model; return what the summary then says of it."""
    saver = saver_of(training)
    try:
        solved_at = fit(training, saver)
        score = _score(training)
        files.write(training.folder / files.MODEL, training.model.save)
    except KeyboardInterrupt:
        if not training.request.urgent:
            _save(training, saver)
        raise
    except NotFinite:
        saver.save()
        raise
    return {
        "state": "completed",
        "score": score,
        "solved": training.experiment.task.solved(score),
        "steps_to_solve": solved_at,
    }


def _save(training: Training, saver: SaveCheckpoints) -> None:
    """Save what an interrupted run has come to."""
    saver.save()
    files.write(training.folder / files.MODEL, training.model.save)


def _score(training: Training) -> float:
    """The task's metric on the test split."""
    task = training.experiment.task
    x, y = examples(task, "test", training.experiment.seed)
    scores = training.model.evaluate(
        x,
        y,
        batch_size=evaluation_batch(training.model, len(x)),
        callbacks=[StopWhenAsked(training.request)],
        verbose=0,
        return_dict=True,
    )
    check_finite(scores["loss"], "after the last epoch", training.folder)
    score = float(scores[task.metric])
    with Scalars(training.folder / files.TENSORBOARD) as scalars:
        scalars.write("test", {task.metric: score}, int(training.model.optimizer.iterations))
    return score
