"""What the report knows of each metric: its range, and in which direction it is better."""

import math

from rnnexp.tasks.scores import HIGHER_IS_BETTER

METRIC_BOUNDS = {
    "accuracy": (0.0, 1.0),
    "sequence_accuracy": (0.0, 1.0),
    "binary_accuracy": (0.0, 1.0),
    "mean_squared_error": (0.0, math.inf),
    "cross_entropy": (0.0, math.inf),
    "bits_per_character": (0.0, math.inf),
}
"""The smallest and the largest value that a metric can have."""


def metric_bounds(metric: str) -> tuple[float, float]:
    """The smallest and the largest value; infinite ends for an unknown metric."""
    return METRIC_BOUNDS.get(metric, (-math.inf, math.inf))


def is_share(metric: str) -> bool:
    """Whether the metric is a share from 0 to 1, which is shown in percent."""
    return metric_bounds(metric) == (0.0, 1.0)


def higher_is_better(metric: str) -> bool | None:
    """Whether a larger value is better; None for an unknown metric."""
    return HIGHER_IS_BETTER.get(metric)
