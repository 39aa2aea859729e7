"""Callbacks that end a training before its data do."""

import keras

from rnnexp.experiment.signals import StopRequest


class StopAt(keras.callbacks.Callback):
    """Ends training after `steps` optimizer updates, in the middle of an epoch if need be."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if int(self.model.optimizer.iterations) >= self._steps:
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
