"""One run: build, fit, evaluate and save. However it ends, its folder says so."""

import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
from omegaconf import DictConfig

from rnnexp.config.check import check
from rnnexp.config.errors import UserError, one_line
from rnnexp.config.experiment import Experiment
from rnnexp.config.trust import granted
from rnnexp.console.signals import StopRequest, deferred_signals
from rnnexp.dashboard.scalars import Scalars, of_split
from rnnexp.files.atomic import rename_damaged, write_atomically
from rnnexp.runs.disk_errors import DiskError, raised_as_disk_error
from rnnexp.runs.folder import CHECKPOINT, MODEL, TENSORBOARD
from rnnexp.runs.lock import run_lock
from rnnexp.runs.saved_config import write_config
from rnnexp.runs.slices import write_slices
from rnnexp.runs.summary import Summary
from rnnexp.training import hardware
from rnnexp.training.best_weights import BestWeights
from rnnexp.training.callbacks import build_callbacks
from rnnexp.training.checkpoint import Checkpoint, DamagedCheckpoint, load
from rnnexp.training.data import TrainingData
from rnnexp.training.dry_run import dry_run
from rnnexp.training.evaluation import evaluate, evaluation_data, slice_scores
from rnnexp.training.examples import check_padding, first_chunk
from rnnexp.training.fit import Training, checkpoint_callback, fit, whole_steps
from rnnexp.training.gradient_norm import watch_gradient_norm
from rnnexp.training.initial_summary import initial_summary
from rnnexp.training.loss_log import LossLog
from rnnexp.training.model import build_model
from rnnexp.training.resumable import check_resumable
from rnnexp.training.stopping import LossNotFinite, StopOnRequest, check_finite


def run(
    config: Experiment | DictConfig | Mapping[str, Any],
    folder: str | Path,
    progress: bool = False,
    again: bool = False,
) -> Summary:
    """Train an experiment and leave everything about it in a folder.

    If the folder holds this run unfinished, it is resumed and ends as if it had never stopped.

    Args:
        config: What `rnnexp.compose` returned, or an experiment that was checked already. Modules
            of yours that it names must be trusted: by `rnnexp.compose(["trust=[mymodule]"])`, or
            by the variable RNNEXP_TRUST.
        folder: The run folder. It is created if need be.
        progress: Whether to show a progress bar on stderr.
        again: Whether to resume a run that failed.

    Returns:
        The summary of the completed run: its score, the baseline, whether it is solved and more.

    Raises:
        UserError: If the config cannot be run, in which case there is no folder afterwards, or if
            the run failed, in which case summary.json says why.
        KeyboardInterrupt: After SIGINT or SIGTERM. The run was saved and can be resumed.
    """
    experiment = config if isinstance(config, Experiment) else check(config)
    folder = Path(folder)
    with (
        granted(experiment.trust),
        run_lock(folder, experiment, again) as unfinished,
        deferred_signals() as request,
    ):
        resumed = _checkpoint(folder, experiment) if unfinished else None
        training = _prepare(experiment, folder, request, resumed, progress)
        request.raise_if_requested()
        return _run(training)


def _checkpoint(folder: Path, experiment: Experiment) -> Checkpoint | None:
    """Return where the run in `folder` resumes; None for its beginning.

    Raises UserError for a checkpoint that cannot be read, and for one of another config.
    """
    try:
        checkpoint = load(folder)
    except DamagedCheckpoint as error:
        renamed = rename_damaged(folder / CHECKPOINT)
        print(
            f"rnnexp: {error}; it was renamed to {renamed.name}, the run starts from the beginning",
            file=sys.stderr,
        )
        return None
    if checkpoint:
        check_resumable(folder, checkpoint, experiment)
    return checkpoint


def _prepare(
    experiment: Experiment,
    folder: Path,
    request: StopRequest,
    resumed: Checkpoint | None,
    progress: bool,
) -> Training:
    """Build everything that a training needs, and refuse what could not be trained."""
    # An earlier run of this process must not change this one.
    keras.utils.clear_session()
    hardware.apply(experiment.hardware)
    keras.utils.set_random_seed(experiment.seed)
    for split in ("validation", "test"):
        examples = first_chunk(experiment.task, split, experiment.seed)
        check_padding(experiment.task, examples, split)
    model = build_model(experiment)
    for split in ("validation", "test"):
        evaluation_data(experiment, split, model)
    dry_run(experiment, model)
    trainer = experiment.trainer
    data = TrainingData(
        experiment.task, experiment.seed, trainer.batch_size, trainer.validate_every
    )
    scalars = Scalars(folder / TENSORBOARD)
    log_every = min(trainer.log_every, whole_steps(trainer, data))  # at least once
    return Training(
        experiment=experiment,
        folder=folder,
        model=model,
        data=data,
        callbacks=build_callbacks(experiment, folder),
        best=BestWeights(experiment.task.metric),
        scalars=scalars,
        losses=LossLog(scalars, log_every, watch_gradient_norm(model)),
        request=request,
        resumed=resumed,
        start=time.monotonic() - (resumed.position.seconds if resumed else 0),
        progress=progress,
        rows=list(resumed.rows) if resumed else [],
    )


def _run(training: Training) -> Summary:
    """Train with a summary.json that says the state of the run from beginning to end."""
    folder = training.folder
    summary = initial_summary(training.experiment, training.model)
    failure: dict[str, Any] = {}
    try:
        with raised_as_disk_error(folder):
            write_config(folder, training.experiment.config)
            summary.write(folder)
            summary = _finish(replace(summary, **_complete(training)), training)
            summary.write(folder)
    except KeyboardInterrupt:
        failure = {"state": "interrupted"}
        raise
    except DiskError as error:
        failure = {"state": "interrupted", "error": str(error)}
        raise
    except Exception as error:
        failure = {"state": "failed", "error": f"{type(error).__name__}: {error}"}
        if isinstance(error, UserError):
            raise
        raise UserError(_failure_message(training, error)) from error
    finally:
        if failure:
            with suppress(OSError):  # a full disk may be what ended the run
                _finish(replace(summary, **failure), training).write(folder)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return summary


def _failure_message(training: Training, error: Exception) -> str:
    step = int(training.model.optimizer.iterations)
    if not step:
        return f"the first step cannot be made: {one_line(error)}"
    return f"{training.folder}: the run failed after step {step}: {one_line(error)}"


def _finish(summary: Summary, training: Training) -> Summary:
    steps = int(training.model.optimizer.iterations)
    return replace(summary, steps=steps, seconds=training.seconds)


def _complete(training: Training) -> dict[str, Any]:
    """Train, evaluate and save the model; return what the summary says about that."""
    checkpoints = checkpoint_callback(training)
    try:
        solved_at = fit(training, checkpoints)
        scores = _scores(training)
        _save_models(training)
    except KeyboardInterrupt:
        if not training.request.urgent:
            checkpoints.save()
            _save_models(training)
        raise
    except LossNotFinite:
        checkpoints.save()
        training.best.save(training.folder)
        raise
    return {"state": "completed", "steps_to_solve": solved_at, **scores}


def _save_models(training: Training) -> None:
    write_atomically(training.folder / MODEL, training.model.save)
    training.best.save(training.folder)


def _scores(training: Training) -> dict[str, Any]:
    """Evaluate the model on the test split, with the last and with the best weights."""
    task, best, folder = training.experiment.task, training.best, training.folder
    data = evaluation_data(training.experiment, "test", training.model)
    stop = [StopOnRequest(training.request)]
    last = evaluate(training.model, data, stop)
    check_finite(last["loss"], "after the last step", folder)
    slices = slice_scores(training.model, task, data)
    if slices:
        write_slices(folder, slices)
    score = best_score = last[task.metric]
    if not best.are_those_of_the_model:
        with best.loaded():
            best_score = evaluate(training.model, data, stop)[task.metric]
    last.pop("loss")
    with Scalars(folder / TENSORBOARD) as scalars:
        scalars.write(of_split("test", last), int(training.model.optimizer.iterations))
    return {
        "score": score,
        "solved": task.solved(score),
        "best_score": best_score,
        "best_step": best.step,
    }
