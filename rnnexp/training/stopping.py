"""Callbacks that end a training before its data do."""

import math
from pathlib import Path

import keras

from rnnexp.config.errors import UserError
from rnnexp.console.signals import StopRequest


class NotFinite(UserError):
    """A loss that has become infinite or no number at all."""


def check_finite(loss: float, when: str, folder: Path) -> None:
    """Raise NotFinite for a loss of the run in `folder` that is no number any more."""
    if not math.isfinite(loss):
        raise NotFinite(
            f"optimizer: the loss became {loss} {when}; gradients/ in TensorBoard "
            f"(--logdir {folder}) shows how large the gradients had grown; lower "
            "optimizer.learning_rate or set optimizer.global_clipnorm=1"
        )


class StopAtNaN(keras.callbacks.Callback):
    """Raises NotFinite right after the step that makes the loss of the running epoch no number."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        loss = (logs or {})["loss"]  # on the host already: Keras hands every callback a float
        if not math.isfinite(loss):
            step = int(self.model.optimizer.iterations)
            check_finite(loss, f"at step {step}", self._folder)


class StopAt(keras.callbacks.Callback):
    """Ends training after `steps` steps, in the middle of an epoch if need be; `done` are done."""

    def __init__(self, steps: int, done: int = 0) -> None:
        super().__init__()
        self._left = steps - done

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._left -= 1
        if self._left <= 0:
            self.model.stop_training = True


class StopWhenAsked(keras.callbacks.Callback):
    """Raises KeyboardInterrupt between two steps, of training or evaluation, when asked to stop."""

    def __init__(self, request: StopRequest) -> None:
        super().__init__()
        self._request = request

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._request.obey()

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._request.obey()
