"""The Keras loss and metrics of a task."""

from collections.abc import Sequence

import keras

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
    return _metric(task.metric, task.targets)


def metrics_of(task: Task, names: Sequence[str]) -> list[keras.metrics.Metric]:
    """Return the task's score and the metrics of the given names, each of them once."""
    return [_metric(name, task.targets) for name in dict.fromkeys((task.metric, *names))]


def _metric(name: str, targets: Targets) -> keras.metrics.Metric:
    own = _METRICS | (_METRICS_OF_LABELS if targets.kind == "labels" else {})
    kind = own[name] if name in own else type(keras.metrics.get(name))
    metric: keras.metrics.Metric = kind(name=name)  # Keras's own name may be another one
    return metric
