"""Scores of tasks that Keras has no metric for."""

from math import log
from typing import Any

import keras


@keras.saving.register_keras_serializable("rnnexp")
class SequenceAccuracy(keras.metrics.Mean):
    """The share of sequences of which every target that counts is predicted right."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Adds the sequences of a batch.

        Args:
            y_true: The classes, (B, T).
            y_pred: Their probabilities, (B, T, K).
            sample_weight: (B, T); targets with weight 0 do not count. None: all count.
        """
        right = keras.ops.equal(
            keras.ops.cast(y_true, "int32"), keras.ops.cast(keras.ops.argmax(y_pred, -1), "int32")
        )
        if sample_weight is not None:
            right = keras.ops.logical_or(right, keras.ops.equal(sample_weight, 0))
        return super().update_state(keras.ops.all(right, axis=-1))


@keras.saving.register_keras_serializable("rnnexp")
class BitsPerCharacter(keras.metrics.SparseCategoricalCrossentropy):
    """The mean of -log2 p(y), p(y) being the probability of the right class."""

    def result(self) -> Any:
        """Returns the cross-entropy in bits."""
        return super().result() / log(2)
