"""The summary of a run that has just begun."""

import platform
from importlib.metadata import version

import keras

import rnnexp
from rnnexp.config.experiment import Experiment
from rnnexp.runs.summary import Summary
from rnnexp.training import hardware
from rnnexp.training.matched_units import state_size, trainable_parameters, units_in


def initial_summary(experiment: Experiment, model: keras.Model) -> Summary:
    """Return the summary of a run that has made no step yet."""
    return Summary(
        state="running",
        metric=experiment.task.metric,
        baseline=experiment.task.baseline,
        steps=0,
        seed=experiment.seed,
        guesses=dict(experiment.task.guesses),
        slice_name=experiment.task.slice_name or None,
        parameters=trainable_parameters(model),
        units=units_in(model, experiment.model.units),
        state_size=state_size(model),
        versions={
            "rnnexp": rnnexp.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("tensorflow", "keras", "numpy", "hydra-core")},
        },
        hardware=hardware.describe(experiment.hardware),
    )
