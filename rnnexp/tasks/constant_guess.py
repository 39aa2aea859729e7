"""The score of the best guess that ignores the inputs."""

import numpy as np

from rnnexp.tasks.examples import Targets

Weighted = tuple[np.ndarray, np.ndarray | None]
"""Targets and their weights; None if all count alike."""


def constant_guess_score(targets: Targets, train: Weighted, test: Weighted) -> float:
    """Return the test score of the constant that fits the training targets best.

    The constant is the most frequent class, the more frequent of 0 and 1 for each label, or the
    mean of each number. Its score is the accuracy, the binary accuracy or the mean squared error,
    weighted as the targets are.

    Args:
        targets: The kind and the size.
        train: The training targets.
        test: The test targets.
    """
    size = targets.size if targets.kind != "class" else 1
    fitted, weights = _flat(*train, size)
    values, counts = _flat(*test, size)
    if targets.kind == "class":
        totals = np.bincount(fitted[:, 0].astype(int), weights, minlength=targets.size)
        scores = (values == totals.argmax()).mean(axis=1)
    else:
        means = np.average(fitted, axis=0, weights=weights)
        if targets.kind == "labels":
            scores = (values == (means > 0.5)).mean(axis=1)
        else:
            scores = ((values - means) ** 2).mean(axis=1)
    return float(np.average(scores, weights=counts))


def _flat(y: np.ndarray, weights: np.ndarray | None, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all targets (n, size) and their weights (n,), in double precision."""
    values = y.reshape(-1, size).astype(float)
    counts = np.ones(len(values)) if weights is None else weights.reshape(-1)
    return values, counts.astype(float)
