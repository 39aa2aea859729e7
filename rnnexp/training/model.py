"""The network and its optimizer."""

import keras

from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.instantiate import build
from rnnexp.training import hardware
from rnnexp.training.matched_units import units_of
from rnnexp.training.multi_device import clip_whole_batch, make_readable
from rnnexp.training.network import network
from rnnexp.training.objectives import loss_of, metrics_of


def build_model(experiment: Experiment) -> keras.Model:
    """Build and compile the model.

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
        model = network(experiment, units_of(experiment))
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
    settings = dict(experiment.optimizer)
    if isinstance(settings.get("momentum"), int):
        settings["momentum"] = float(settings["momentum"])  # Keras's SGD refuses 0 and takes 0.0
    optimizer = build(settings, "optimizer", "optimizer", experiment.trust)
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise UserError(
            f"optimizer._target_: {experiment.optimizer['_target_']} is not an optimizer"
        )
    return optimizer
