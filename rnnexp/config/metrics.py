"""The metrics that a config may name beside the score of its task."""

from collections.abc import Sequence

from rnnexp.config.errors import UserError, suggest
from rnnexp.tasks.examples import Targets
from rnnexp.tasks.task import Task

# Others of Keras compute something else from these targets and the probabilities of a model, such
# as "accuracy" in Keras, or fail at the first step.
_METRICS = {
    "class": (
        "accuracy",
        "cross_entropy",
        "bits_per_character",
        "sparse_top_k_categorical_accuracy",
    ),
    "labels": ("binary_accuracy", "binary_crossentropy", "precision", "recall", "auc"),
    "numbers": (
        "mean_squared_error",
        "root_mean_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "log_cosh_error",
    ),
}


def metric_names(targets: Targets) -> list[str]:
    """Return the names of all metrics that fit the targets: Keras's names and those of scores."""
    names = list(_METRICS[targets.kind])
    if targets.per_timestep and targets.kind != "numbers":
        names.append("sequence_accuracy")
    return names


def check_metrics(names: Sequence[str], task: Task) -> None:
    """Check the names in `trainer.metrics`.

    Raises:
        UserError: If one of them is no metric of the task's targets.
    """
    known = metric_names(task.targets)
    for name in names:
        if name not in known:
            raise UserError(
                f"trainer.metrics: {name!r} is no metric of the targets of {type(task).__name__} "
                f"({task.targets.kind}); {suggest(str(name), known)}"
            )
