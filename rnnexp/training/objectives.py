"""The Keras loss and metrics of a task."""

from collections.abc import Sequence

import keras

from rnnexp.config.errors import raised_as_user_error
from rnnexp.tasks.examples import Targets
from rnnexp.tasks.task import Task
from rnnexp.training.metrics import BitsPerCharacter, SequenceAccuracy, SequenceLabelAccuracy

_LOSSES = {
    "class": keras.losses.SparseCategoricalCrossentropy,
    "labels": keras.losses.BinaryCrossentropy,
    "numbers": keras.losses.MeanSquaredError,
}
_METRICS = {
    "accuracy": keras.metrics.SparseCategoricalAccuracy,
    "binary_accuracy": keras.metrics.BinaryAccuracy,
    "mean_squared_error": keras.metrics.MeanSquaredError,
    "cross_entropy": keras.metrics.SparseCategoricalCrossentropy,
    "bits_per_character": BitsPerCharacter,
    "sequence_accuracy": SequenceAccuracy,
}
_METRICS_OF_LABELS = {"sequence_accuracy": SequenceLabelAccuracy}


def loss_of(targets: Targets) -> keras.losses.Loss:
    """Return the loss: its mean over all targets, weighted by `Examples.weights`."""
    loss: keras.losses.Loss = _LOSSES[targets.kind](reduction="mean_with_sample_weight")
    return loss


def score_of(task: Task) -> keras.metrics.Metric:
    """Return a new metric that computes the task's score, under its name."""
    own = _METRICS_OF_LABELS if task.targets.kind == "labels" else {}
    metric: keras.metrics.Metric = {**_METRICS, **own}[task.metric](name=task.metric)
    return metric


def metrics_of(task: Task, names: Sequence[str]) -> list[keras.metrics.Metric]:
    """Return the task's score and the metrics that Keras has under the given names.

    Raises:
        UserError: If Keras has no such metric.
    """
    metrics = [score_of(task)]
    for name in dict.fromkeys(names):
        with raised_as_user_error("trainer.metrics"):
            found = keras.metrics.get(name)
            if not isinstance(found, keras.metrics.Metric):
                found = keras.metrics.MeanMetricWrapper(found, name=name)
            metrics.append(found)
    return metrics
