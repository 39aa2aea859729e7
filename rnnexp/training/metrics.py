"""Scores of tasks that Keras has no metric for."""

from math import log
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("rnnexp")
class SequenceAccuracy(keras.metrics.Mean):
    """The share of sequences of which every target that counts is predicted right."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Adds the sequences of a batch.

        Args:
            y_true: The targets: classes (B, T), or labels (B, T, K).
            y_pred: Their probabilities, (B, T, K).
            sample_weight: (B, T); targets with weight 0 do not count. None: all count.
        """
        right = self.right(y_true, y_pred)
        if sample_weight is not None:
            right = ops.logical_or(right, ops.equal(sample_weight, 0))
        return super().update_state(ops.all(right, axis=-1))

    def right(self, y_true: Any, y_pred: Any) -> Any:
        """Returns (B, T) of bool: whether the most probable class is the target."""
        return ops.equal(ops.cast(y_true, "int32"), ops.cast(ops.argmax(y_pred, -1), "int32"))


@keras.saving.register_keras_serializable("rnnexp")
class SequenceLabelAccuracy(SequenceAccuracy):
    """The share of sequences of which all labels that count are predicted right."""

    def right(self, y_true: Any, y_pred: Any) -> Any:
        """Returns (B, T) of bool: whether exactly the labels of the target are above 1/2."""
        return ops.all(ops.equal(ops.cast(y_true, "bool"), y_pred > 0.5), axis=-1)


@keras.saving.register_keras_serializable("rnnexp")
class BitsPerCharacter(keras.metrics.SparseCategoricalCrossentropy):
    """The mean of -log2 p(y), p(y) being the probability of the right class."""

    def result(self) -> Any:
        """Returns the cross-entropy in bits."""
        return super().result() / log(2)
