"""The network and its optimizer."""

import keras

from rnnexp.config.errors import UserError, raised_as_user_error
from rnnexp.config.experiment import Experiment
from rnnexp.config.instantiate import build
from rnnexp.engine.compile_policy import worth_compiling
from rnnexp.layers.equation_layer import EquationLayer
from rnnexp.training import hardware
from rnnexp.training.multi_device import clip_whole_batch, make_readable


def build_model(experiment: Experiment) -> keras.Model:
    """Build and compile the stacked recurrent layers and the task's output layer.

    Returns:
        A model from (B, T, D), for any T, to (B, outputs).

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
        model = _network(experiment)
        optimizer = build_optimizer(experiment)
        if replicas > 1:
            clip_whole_batch(optimizer, replicas)
            make_readable(optimizer)
        # A layer that compiles its own loop must not be compiled once more around it.
        compile_step = experiment.hardware.xla and all(layer.supports_jit for layer in model.layers)
        model.compile(
            optimizer=optimizer,
            loss=experiment.task.loss,
            metrics=[experiment.task.metric],
            jit_compile=compile_step,
        )
    return model


def _network(experiment: Experiment) -> keras.Model:
    task, conf = experiment.task, experiment.model
    x = inputs = keras.Input((None, task.features), name="x")
    for level in range(1, conf.depth + 1):
        layer = build(
            conf.layer,
            "model.layer",
            "layer",
            experiment.trust,
            units=conf.units,
            return_sequences=level < conf.depth,
            name=f"recurrent_{level}",
        )
        if isinstance(layer, EquationLayer):
            # Never by counting batches: a resumed run would count from the start.
            layer.jit_compile = worth_compiling(conf.units, layer.compute_dtype)
        with raised_as_user_error("model.layer"):
            x = layer(x)
    # In the dtype of the weights, so that the loss keeps its digits under mixed precision.
    dtype = keras.config.dtype_policy().variable_dtype
    head = keras.layers.Dense(task.outputs, activation=task.activation, dtype=dtype, name="output")
    return keras.Model(inputs, head(x), name="rnnexp")


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
