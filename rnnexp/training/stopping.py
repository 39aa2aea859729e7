"""Callbacks that end a training early."""

import math
from pathlib import Path

import keras

from rnnexp.config.errors import UserError
from rnnexp.console.signals import StopRequest
from rnnexp.tasks.task import Task


class LossNotFinite(UserError):
    """Raised when the loss is infinite or NaN."""


def check_finite(loss: float, when: str, folder: Path) -> None:
    """Check the loss of the run in `folder`.

    Raises:
        LossNotFinite: If it is infinite or NaN; `when` is part of the message.
    """
    if not math.isfinite(loss):
        raise LossNotFinite(
            f"optimizer: the loss became {loss} {when}; gradients/ in TensorBoard "
            f"(--logdir {folder}) shows how large the gradients had grown; lower "
            "optimizer.learning_rate or set optimizer.global_clipnorm=1"
        )


class StopAtNaN(keras.callbacks.Callback):
    """Raises LossNotFinite right after the step that makes the loss infinite or NaN."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        loss = (logs or {})["loss"]  # a float: reading it does not make a GPU wait
        if not math.isfinite(loss):
            step = int(self.model.optimizer.iterations)
            check_finite(loss, f"at step {step}", self._folder)


class StopAt(keras.callbacks.Callback):
    """Ends the training after `steps` steps, within an epoch if need be.

    Args:
        steps: Of the whole training.
        done: How many of them were done before, in a resumed training.
    """

    def __init__(self, steps: int, done: int = 0) -> None:
        super().__init__()
        self._left = steps - done

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._left -= 1
        if self._left <= 0:
            self.model.stop_training = True


class StopOnRequest(keras.callbacks.Callback):
    """Raises KeyboardInterrupt between two steps of training or evaluation if that is requested."""

    def __init__(self, request: StopRequest) -> None:
        super().__init__()
        self._request = request

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._request.raise_if_requested()

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._request.raise_if_requested()


class StopWhenSolved(keras.callbacks.Callback):
    """Ends the training when the validation split is solved.

    Args:
        task: It says which score solves it.
    """

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if self._task.solved(float((logs or {})[f"val_{self._task.metric}"])):
            self.model.stop_training = True
