"""The scores of a trained model on a split, as a whole and in slices."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from rnnexp.config.experiment import Experiment
from rnnexp.runs.slices import SliceScore
from rnnexp.tasks.examples import Examples
from rnnexp.tasks.task import Task
from rnnexp.training.data import EvaluationData
from rnnexp.training.objectives import score_of


def evaluation_data(experiment: Experiment, split: str, model: keras.Model) -> EvaluationData:
    """Return a split for the evaluation of a model, on as many devices as it is trained on.

    Raises:
        UserError: If the examples are too few for so many devices.
    """
    replicas = model.distribute_strategy.num_replicas_in_sync
    return EvaluationData(experiment.task, split, experiment.seed, replicas)


def evaluate(
    model: keras.Model, data: EvaluationData, callbacks: Sequence[keras.callbacks.Callback]
) -> dict[str, float]:
    """Return the loss and all metrics of a compiled model on a split, by name."""
    scores: dict[str, Any] = model.evaluate(
        data, callbacks=list(callbacks), verbose=0, return_dict=True
    )
    return {name: float(value) for name, value in scores.items()}


def slice_scores(model: keras.Model, task: Task, data: EvaluationData) -> list[SliceScore]:
    """Return the score of each slice of a split, in the order of the slices.

    Returns:
        An empty list if the examples of the task have no slices.
    """
    metrics: dict[int, keras.metrics.Metric] = {}
    counts: dict[int, int] = {}
    for index in range(len(data)):
        examples = data.examples(index)
        if examples.slices is None:
            return []
        # Each of several devices predicts the whole batch; their outputs come one after another.
        predicted = model.predict_on_batch(examples.x)[: len(examples.x)]
        for value in np.unique(examples.slices):
            chosen = examples.slices == value
            metric = metrics.setdefault(int(value), score_of(task))
            _update(metric, examples.rows(chosen), predicted[chosen])
            counts[int(value)] = counts.get(int(value), 0) + int(chosen.sum())
    return [
        SliceScore(value, counts[value], float(metrics[value].result()))
        for value in sorted(metrics)
    ]


def _update(metric: keras.metrics.Metric, examples: Examples, predicted: np.ndarray) -> None:
    metric.update_state(examples.y, predicted, sample_weight=examples.weights)
