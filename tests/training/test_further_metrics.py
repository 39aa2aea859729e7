"""Every metric that `trainer.metrics` may name, against NumPy, with weights."""

import keras
import numpy as np
import pytest

from rnnexp.config.metrics import metric_names
from rnnexp.tasks import Adding, Copy, FirstToken, FlipFlop, Reber
from rnnexp.training.objectives import metrics_of

N, T = 40, 3
TASKS = [Adding(), FirstToken(), Copy(), FlipFlop(), Reber()]
CASES = [(task, name) for task in TASKS for name in metric_names(task.targets)]


def drawn(targets):
    """Targets, outputs and weights, at one timestep if the targets are those of a sequence."""
    rng = np.random.default_rng(0)
    K, times = targets.size, (N, T) if targets.per_timestep else (N,)
    weights = rng.integers(3, size=times).astype("float32")
    outputs = rng.uniform(0.05, 0.95, (*times, K)).astype("float32")
    if targets.kind == "class":
        outputs /= outputs.sum(axis=-1, keepdims=True)
        return rng.integers(K, size=times).astype("int32"), outputs, weights
    return (
        rng.integers(1, 3, (*times, K)).astype("float32") - (targets.kind == "labels"),
        (outputs),
        weights,
    )


def of_target(name, y, p):
    """The value of a metric at each target, before the weighted mean; y is one-hot or as it is."""
    of_right = (y * p).sum(axis=-1)
    return {
        "accuracy": lambda: of_right == p.max(axis=-1),
        "cross_entropy": lambda: -np.log(of_right),
        "bits_per_character": lambda: -np.log2(of_right),
        "sparse_top_k_categorical_accuracy": lambda: (p > of_right[..., None]).sum(axis=-1) < 5,
        "binary_accuracy": lambda: (y == (p > 0.5)).mean(axis=-1),
        "binary_crossentropy": lambda: -np.log(np.where(y > 0, p, 1 - p)).mean(axis=-1),
        "mean_squared_error": lambda: ((y - p) ** 2).mean(axis=-1),
        "root_mean_squared_error": lambda: ((y - p) ** 2).mean(axis=-1),
        "mean_absolute_error": lambda: abs(y - p).mean(axis=-1),
        "mean_absolute_percentage_error": lambda: 100 * abs(1 - p / y).mean(axis=-1),
        "log_cosh_error": lambda: np.log(np.cosh(y - p)).mean(axis=-1),
    }[name]()


def expected(name, y, p, weights):
    """The metric, computed with NumPy."""
    if name == "sequence_accuracy":
        right = y.argmax(-1) == p.argmax(-1) if (y.sum(-1) == 1).all() else (y == (p > 0.5)).all(-1)
        return (right | (weights == 0)).all(axis=1).mean()
    w = np.broadcast_to(weights[..., None], p.shape)
    hits, said, there = (y > 0) & (p > 0.5), p > 0.5, y > 0
    if name in ("precision", "recall"):
        return (w * hits).sum() / (w * (said if name == "precision" else there)).sum()
    if name == "auc":
        pairs = w[there][:, None] * w[~there]
        return (pairs * (p[there][:, None] > p[~there])).sum() / pairs.sum()
    mean = np.average(of_target(name, y, p), weights=weights)
    return mean**0.5 if name == "root_mean_squared_error" else mean


@pytest.mark.parametrize(("task", "name"), CASES, ids=lambda c: getattr(c, "metric", c))
def test_a_metric_is_what_its_name_says(task, name):
    y, p, weights = drawn(task.targets)
    score, *further = metrics_of(task, [name])
    metric = further[0] if further else score
    metric.update_state(y, p, sample_weight=weights)
    whole = np.eye(task.targets.size)[y] if task.targets.kind == "class" else y
    # Keras's AUC is a sum over 200 thresholds.
    rel = 0.01 if name == "auc" else 1e-4
    value = float(keras.ops.convert_to_numpy(metric.result()))
    assert metric.name == name
    assert value == pytest.approx(expected(name, whole, p, weights), rel=rel)


def test_the_score_is_there_once():
    names = [
        metric.name for metric in metrics_of(Copy(), ["accuracy", "cross_entropy", "accuracy"])
    ]
    assert names == ["cross_entropy", "accuracy"]
