"""The loss curve in TensorBoard: a point for every few steps."""

import keras

from rnnexp.dashboard.scalars import Scalars, of_split


class LossLog(keras.callbacks.Callback):
    """Writes the mean loss of the last `every` steps to TensorBoard.

    Beside it, there are the learning rate and the norm of the gradient at the last of these steps.
    The state of this callback is part of a checkpoint.

    Args:
        scalars: The curves in TensorBoard.
        every: The number of steps over which a point is a mean.
        gradient_norm: What `watch_gradient_norm` returned; None for a training on several devices.
    """

    def __init__(
        self, scalars: Scalars, every: int, gradient_norm: keras.Variable | None = None
    ) -> None:
        super().__init__()
        self._scalars = scalars
        self._every = every
        self._gradient_norm = gradient_norm
        self.steps_in_epoch = 0
        self.epoch_loss = 0.0  # the sum over the steps of this epoch of Keras
        self.sum = 0.0
        self.steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.steps_in_epoch, self.epoch_loss = 0, 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        # Keras reports the mean since the epoch began.
        self.steps_in_epoch += 1
        epoch_loss = float((logs or {})["loss"]) * self.steps_in_epoch
        self.sum += epoch_loss - self.epoch_loss
        self.epoch_loss = epoch_loss
        self.steps += 1
        if self.steps == self._every:
            rate = float(self.model.optimizer.learning_rate)
            step = int(self.model.optimizer.iterations)
            point = of_split("train", {"loss": self.sum / self.steps}) | {"learning_rate": rate}
            if self._gradient_norm is not None:
                point["gradient_norm"] = float(self._gradient_norm)
            self._scalars.write(point, step)
            self.sum, self.steps = 0.0, 0
