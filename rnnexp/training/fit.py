"""The training of a run, from its beginning or from a checkpoint."""

import math
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
from omegaconf import OmegaConf

from rnnexp.config.check import Experiment
from rnnexp.config.identity import values
from rnnexp.console.progress import Progress
from rnnexp.console.signals import StopRequest
from rnnexp.dashboard.hparams import write_hparams
from rnnexp.dashboard.rewind import rewind
from rnnexp.dashboard.scalars import Scalars
from rnnexp.runs import folder as files
from rnnexp.training.checkpoint import Checkpoint
from rnnexp.training.checkpointing import SaveCheckpoints
from rnnexp.training.data import Epochs
from rnnexp.training.epoch_log import Record
from rnnexp.training.examples import examples
from rnnexp.training.multi_device import evaluation_batch
from rnnexp.training.stopping import StopAt, StopAtNaN, StopWhenAsked


@dataclass(frozen=True)
class Training:
    """What a training needs: where it writes, who may stop it, where it goes on from.

    observers: the callbacks that the config names. rows: of metrics.csv so far. start: when it
    began, by time.monotonic, without the time between it and its resumption.
    """

    experiment: Experiment
    folder: Path
    model: keras.Model
    data: Epochs
    observers: Sequence[keras.callbacks.Callback]
    request: StopRequest
    resumed: Checkpoint | None
    start: float
    progress: bool
    rows: list[dict[str, Any]]

    @property
    def steps(self) -> int:
        """How many steps it takes in all."""
        trainer = self.experiment.trainer
        ends = [] if trainer.steps is None else [trainer.steps]
        if trainer.epochs is not None:
            ends.append(trainer.epochs * len(self.data))
        return min(ends)

    @property
    def seconds(self) -> float:
        """Spent so far."""
        return round(time.monotonic() - self.start, 3)


def saver_of(training: Training) -> SaveCheckpoints:
    """What saves its checkpoints."""
    saver = SaveCheckpoints(
        training.folder,
        len(training.data),
        training.steps,
        training.experiment.trainer.checkpoint_seconds,
        training.start,
        training.observers,
        training.resumed,
        training.rows,
        values(training.experiment.config),
    )
    saver.set_model(training.model)
    return saver


def fit(training: Training, saver: SaveCheckpoints) -> int | None:
    """Train; return after how many steps the validation split counted as solved, if ever."""
    place = training.resumed.place if training.resumed else None
    board = training.folder / files.TENSORBOARD
    last = place.step if place else -1  # of what a killed process logged, that much is to stay
    rewind(board, last)
    rewind(board / "test", -1)  # written by whoever comes to the end
    if not training.resumed:
        write_hparams(board, _settings(training.experiment), training.experiment.task.metric)
    with Scalars(board) as scalars:
        record = Record(
            training.experiment.task, training.folder, scalars, training.start, training.rows
        )
        for callback in (record, *training.observers):
            if hasattr(callback, "rewind"):
                callback.rewind(last)
        if training.resumed:
            _build(training.model, training.data)
            saver.restore()
        if not (place and place.ended):
            _train(training, saver, record)
    return record.steps_to_solve


def _settings(experiment: Experiment) -> dict[str, Any]:
    """What makes a run another experiment; the seed does not, nor where and how it is watched."""
    settings: Any = OmegaConf.to_container(experiment.config)
    told = {group: settings[group] for group in ("model", "task", "optimizer", "trainer")}
    told["trainer"].pop("checkpoint_seconds")
    return told | {"precision": experiment.hardware.precision.name}


def _train(training: Training, saver: SaveCheckpoints, record: Record) -> None:
    task, data, steps = training.experiment.task, training.data, training.steps
    place = training.resumed.place if training.resumed else None
    epoch, batch = (place.epoch, place.batch) if place else (0, 0)
    done = epoch * len(data) + batch
    validation = examples(task, "validation", training.experiment.seed)
    with _shown(training, done) as bar, _short_epoch_unremarked():
        training.model.fit(
            data,
            initial_epoch=epoch,
            epochs=math.ceil(steps / len(data)),
            validation_data=validation,
            validation_batch_size=evaluation_batch(training.model, len(validation[0])),
            callbacks=[
                data.follower(epoch, batch),
                StopAt(steps, done),
                StopAtNaN(training.folder),
                *training.observers,
                record,
                *bar,
                saver,
                StopWhenAsked(training.request),  # last: a step has told all it has to by then
            ],
            shuffle=False,  # the task has shuffled, by seed and epoch
            verbose=0,
        )


def _build(model: keras.Model, data: Epochs) -> None:
    """Make the variables that Keras makes with the first step: the optimizer's, the metrics'."""
    with model.distribute_strategy.scope():
        model.optimizer.build(model.trainable_variables)
    x, y = data[0]
    model.evaluate(x, y, batch_size=len(x), verbose=0)
    # What it has compiled for this batch is not to stand beside what the validation compiles.
    model.make_test_function(force=True)


@contextmanager
def _shown(training: Training, done: int) -> Iterator[list[Progress]]:
    """The progress bar, if one is wanted."""
    if not training.progress:
        yield []
        return
    bar = Progress(training.steps, training.experiment.task.metric, done)
    try:
        yield [bar]
    finally:
        bar.close()


@contextmanager
def _short_epoch_unremarked() -> Iterator[None]:
    """Without Keras's warning of an epoch that has fewer batches than the others: a resumed one."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Your input ran out of data")
        yield
