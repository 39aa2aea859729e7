"""The scores of tasks: the names of their metrics, and in which direction each is better."""

HIGHER_IS_BETTER = {
    "accuracy": True,
    "sequence_accuracy": True,
    "binary_accuracy": True,
    "mean_squared_error": False,
    "cross_entropy": False,
    "bits_per_character": False,
}
"""Whether a larger value of the metric is better, by its name.

accuracy: the share of right classes, of all targets that count. sequence_accuracy: the share of
sequences whose targets are all right. cross_entropy: the mean of -ln p(y), in nats.
bits_per_character: the mean of -log2 p(y).
"""


def is_solved(score: float, threshold: float, metric: str) -> bool:
    """Whether a score reaches the threshold; NaN never does."""
    return score >= threshold if HIGHER_IS_BETTER[metric] else score <= threshold
