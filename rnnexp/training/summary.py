"""What summary.json says of a run that has just begun."""

import platform
from importlib.metadata import version
from typing import Any

import keras

import rnnexp
from rnnexp.config.check import Experiment
from rnnexp.training import hardware


def beginning(experiment: Experiment, model: keras.Model) -> dict[str, Any]:
    """Every key of the summary; null is what is not known yet."""
    return {
        "state": "running",
        "metric": experiment.task.metric,
        "score": None,
        "baseline": experiment.task.baseline,
        "solved": None,
        "steps": 0,
        "steps_to_solve": None,
        "seed": experiment.seed,
        "parameters": model.count_params(),
        "seconds": None,
        "versions": {
            "rnnexp": rnnexp.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("tensorflow", "keras", "numpy", "hydra-core")},
        },
        "hardware": hardware.describe(experiment.hardware),
        "error": None,
    }
