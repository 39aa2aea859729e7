"""The training of a run, from the beginning or from a checkpoint."""

import math
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from rnnexp.callbacks.rewindable import Rewindable
from rnnexp.config.experiment import Experiment
from rnnexp.config.identity import flat_values
from rnnexp.config.schema import TrainerConf
from rnnexp.console.progress import Progress
from rnnexp.console.signals import StopRequest
from rnnexp.dashboard.event_file import all_event_files, keep_events, until
from rnnexp.dashboard.hparams import write_hparams
from rnnexp.dashboard.scalars import Scalars
from rnnexp.runs.folder import TENSORBOARD
from rnnexp.training.best_weights import BestWeights
from rnnexp.training.checkpoint import Checkpoint
from rnnexp.training.checkpointing import SaveCheckpoints
from rnnexp.training.data import TrainingData
from rnnexp.training.evaluation import evaluation_data
from rnnexp.training.loss_log import LossLog
from rnnexp.training.settings import compared_settings, known_settings, trial_name
from rnnexp.training.stopping import StopAt, StopAtNaN, StopOnRequest, StopWhenSolved
from rnnexp.training.training_log import TrainingLog


@dataclass(frozen=True)
class Training:
    """What a training needs.

    Attributes:
        experiment: What is trained.
        folder: The run folder.
        model: The compiled model.
        data: The training examples.
        callbacks: Those that the config names.
        best: Keeps the weights with the best validation score.
        scalars: The curves in TensorBoard.
        losses: Writes the curve of the loss.
        request: Whether the run was asked to stop.
        resumed: The checkpoint from which the training resumes.
        start: When it began, by `time.monotonic`, interruptions left out.
        progress: Whether to show a progress bar.
        rows: Those of metrics.csv so far.
    """

    experiment: Experiment
    folder: Path
    model: keras.Model
    data: TrainingData
    callbacks: Sequence[keras.callbacks.Callback]
    best: BestWeights
    scalars: Scalars
    losses: LossLog
    request: StopRequest
    resumed: Checkpoint | None
    start: float
    progress: bool
    rows: list[dict[str, Any]]

    @property
    def steps(self) -> int:
        """How many steps the whole training has."""
        return whole_steps(self.experiment.trainer, self.data)

    @property
    def seconds(self) -> float:
        """How long the training took so far."""
        return round(time.monotonic() - self.start, 3)


def whole_steps(trainer: TrainerConf, data: TrainingData) -> int:
    """Return how many steps a whole training has: the less of trainer.steps and trainer.epochs."""
    ends = [] if trainer.steps is None else [trainer.steps]
    if trainer.epochs is not None:
        ends.append(trainer.epochs * data.steps_per_pass)
    return min(ends)


def checkpoint_callback(training: Training) -> SaveCheckpoints:
    """Return the callback that saves the checkpoints of a training."""
    checkpoints = SaveCheckpoints(
        training.folder,
        len(training.data),
        training.steps,
        training.experiment.trainer.checkpoint_seconds,
        training.start,
        [*training.callbacks, training.best, training.losses],
        training.resumed,
        training.rows,
        flat_values(training.experiment.config),
    )
    for callback in (checkpoints, training.best):  # a training that has ended sets no model
        callback.set_model(training.model)
    return checkpoints


def fit(training: Training, checkpoints: SaveCheckpoints) -> int | None:
    """Train the model.

    Args:
        training: What is trained.
        checkpoints: What `checkpoint_callback` returned for it.

    Returns:
        After how many steps the validation split was solved; None if it was not.
    """
    position = training.resumed.position if training.resumed else None
    step = position.step if position else -1  # what a killed process logged later is forgotten
    log_dir = training.folder / TENSORBOARD
    keep_events(all_event_files(log_dir), until(step, without="test"))  # tested again at the end
    with training.scalars as scalars:
        log = TrainingLog(
            training.experiment.task,
            training.folder,
            scalars,
            training.data.steps_per_pass,
            training.start,
            training.rows,
        )
        log.rewind(step)
        for callback in training.callbacks:
            if isinstance(callback, Rewindable):
                callback.rewind(step)
        if training.resumed:
            _build_variables(training.model, training.data)
            checkpoints.restore()
        else:
            write_hparams(
                log_dir,
                compared_settings(training.experiment),
                training.experiment.task.metric,
                trial_name(training.experiment),
                known_settings(),
            )
        if not (position and position.ended):
            _train(training, checkpoints, log)
    return log.steps_to_solve


def _train(training: Training, checkpoints: SaveCheckpoints, log: TrainingLog) -> None:
    experiment, data, steps = training.experiment, training.data, training.steps
    position = training.resumed.position if training.resumed else None
    epoch, batch = (position.epoch, position.batch) if position else (0, 0)
    done = epoch * len(data) + batch
    with _progress_bar(training, done) as bar, _without_warning_of_short_epoch():
        training.model.fit(
            data,
            initial_epoch=epoch,
            epochs=math.ceil(steps / len(data)),
            validation_data=evaluation_data(experiment, "validation", training.model),
            callbacks=[
                data.epoch_callback(epoch, batch),
                StopAt(steps, done),
                StopAtNaN(training.folder),
                *training.callbacks,
                training.best,
                training.losses,
                log,
                *([StopWhenSolved(experiment.task)] if experiment.trainer.stop_when_solved else []),
                *bar,
                checkpoints,
                StopOnRequest(training.request),  # last: everything of a step is logged by then
            ],
            shuffle=False,  # the task has done so, by seed and index
            verbose=0,
        )


def _build_variables(model: keras.Model, data: TrainingData) -> None:
    """Build the variables that Keras builds with the first step: the optimizer's, the metrics'."""
    with model.distribute_strategy.scope():
        model.optimizer.build(model.trainable_variables)
    x, y, *weights = data[0]
    model.evaluate(x, y, len(x), sample_weight=weights[0] if weights else None, verbose=0)
    # Otherwise the function for this batch would be kept beside the one for the validation.
    model.make_test_function(force=True)


@contextmanager
def _progress_bar(training: Training, done: int) -> Iterator[list[Progress]]:
    """Yield the progress bar in a list, which is empty if none is wanted."""
    if not training.progress:
        yield []
        return
    bar = Progress(training.steps, training.experiment.task.metric, done)
    try:
        yield [bar]
    finally:
        bar.close()


@contextmanager
def _without_warning_of_short_epoch() -> Iterator[None]:
    """Hide Keras's warning about an epoch with fewer batches than the others: a resumed one."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Your input ran out of data")
        yield
