"""The network and its optimizer."""

from collections.abc import Mapping
from typing import Any

import keras

from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.instantiate import build
from rnnexp.training import hardware
from rnnexp.training.matched_units import units_of
from rnnexp.training.multi_device import clip_whole_batch, make_readable
from rnnexp.training.network import network
from rnnexp.training.objectives import loss_of, metrics_of

# Keras refuses 1 and takes 1.0, or computes with whole numbers.
_FLOATS = (
    *("learning_rate", "momentum", "initial_learning_rate", "end_learning_rate", "warmup_target"),
    *("alpha", "decay_rate", "power"),
)


def build_model(experiment: Experiment) -> keras.Model:
    """Build and compile the model, with the initial weights that the seed draws.

    Returns:
        A model from the inputs of the task, for any T, to its outputs; see `network`.

    Raises:
        UserError: If a layer cannot be built, or the batch cannot be divided over the devices.
    """
    strategy = hardware.strategy(experiment.hardware)
    replicas, batch = strategy.num_replicas_in_sync, experiment.trainer.batch_size
    if batch % replicas:
        raise UserError(
            f"trainer.batch_size: expected a multiple of the {replicas} devices that share each "
            f"batch, got {batch}"
        )
    with strategy.scope():
        units = units_of(experiment)
        # The networks that were tried to find the units must not change the initial weights.
        keras.utils.set_random_seed(experiment.seed)
        model = network(experiment, units)
        optimizer = build_optimizer(experiment)
        if replicas > 1:
            clip_whole_batch(optimizer, replicas)
            make_readable(optimizer)
        # A layer that compiles its own loop must not be compiled once more around it.
        compile_step = experiment.hardware.xla and all(layer.supports_jit for layer in model.layers)
        model.compile(
            optimizer=optimizer,
            loss=loss_of(experiment.task.targets),
            weighted_metrics=metrics_of(experiment.task, experiment.trainer.metrics),
            jit_compile=compile_step,
        )
    return model


def build_optimizer(experiment: Experiment) -> keras.optimizers.Optimizer:
    """Build the optimizer.

    Raises:
        UserError: If the `_target_` is no optimizer, or refuses an argument.
    """
    settings = _with_floats(experiment.optimizer)
    optimizer = build(settings, "optimizer", "optimizer", experiment.trust)
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise UserError(
            f"optimizer._target_: {experiment.optimizer['_target_']} is not an optimizer"
        )
    return optimizer


def _with_floats(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an optimizer, those of its schedule included, with real numbers."""
    return {
        key: _with_floats(value)
        if isinstance(value, Mapping)
        else float(value)
        if key in _FLOATS and isinstance(value, int)
        else value
        for key, value in settings.items()
    }
