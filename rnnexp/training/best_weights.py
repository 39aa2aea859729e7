"""The weights with the best validation score, which are kept beside the last."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np

from rnnexp.files.atomic import write_atomically
from rnnexp.runs.folder import BEST_MODEL
from rnnexp.tasks.scores import HIGHER_IS_BETTER


class BestWeights(keras.callbacks.Callback):
    """Keeps a copy of the weights after the validation with the best score so far.

    Among validations with the same score, that with the lowest loss counts as the best: once
    every validation example is right, the score no longer tells weights apart.

    The copy stays in memory, because writing a file at every improvement would take longer than
    the steps between two validations. It is part of a checkpoint.

    Args:
        metric: The name of the score.

    Attributes:
        score: The best validation score; None before the first.
        loss: The loss of that validation; None before the first.
        step: The training step of that validation.
    """

    def __init__(self, metric: str) -> None:
        super().__init__()
        self._metric = metric
        self.score: float | None = None
        self.loss: float | None = None
        self.step = 0
        self.weights: list[np.ndarray] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs or {}
        score, loss = float(logs[f"val_{self._metric}"]), float(logs["val_loss"])
        if self._is_better(score, loss):
            self.score, self.loss = score, loss
            self.step = int(self.model.optimizer.iterations)
            self.weights = self.model.get_weights()

    @property
    def are_those_of_the_model(self) -> bool:
        """Whether the model has the best weights now.

        A callback such as EarlyStopping may have restored other weights than the last ones.
        """
        return all(map(np.array_equal, self.weights, self.model.get_weights()))

    def save(self, folder: Path) -> None:
        """Write the model with the best weights to best.keras, if there was a validation."""
        if self.score is not None:
            with self.loaded():
                write_atomically(folder / BEST_MODEL, self.model.save)

    @contextmanager
    def loaded(self) -> Iterator[None]:
        """Let the model have the best weights for the time of a `with` statement."""
        last = self.model.get_weights()
        self.model.set_weights(self.weights)
        try:
            yield
        finally:
            self.model.set_weights(last)

    def _is_better(self, score: float, loss: float) -> bool:
        if self.score is None or self.loss is None:
            return True
        if score == self.score:
            return loss < self.loss
        return score > self.score if HIGHER_IS_BETTER[self._metric] else score < self.score
