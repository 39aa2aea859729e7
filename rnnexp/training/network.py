"""The layers of a model, which follow from the task and from the config's `model`."""

from typing import Any

import keras

from rnnexp.config.errors import UserError, raised_as_user_error
from rnnexp.config.experiment import Experiment
from rnnexp.config.instantiate import argument_names, build, locate
from rnnexp.config.schema import Norm
from rnnexp.engine.compile_policy import worth_compiling
from rnnexp.layers.equation_layer import EquationLayer
from rnnexp.tasks.examples import PADDING, Inputs
from rnnexp.training.normalization import MaskedRMSNormalization

MOST_ONE_HOT = 128
"""Up to so many different tokens are one-hot vectors unless the config sets `model.embedding`."""

_NORMS = {
    Norm.layer: keras.layers.LayerNormalization,
    Norm.rms: MaskedRMSNormalization,
    Norm.batch: keras.layers.BatchNormalization,
}


def network(experiment: Experiment, units: int) -> keras.Model:
    """Build the layers of a model, which is not compiled.

    Args:
        experiment: The task and the config's `model`.
        units: The number of units M of each recurrent layer.

    Returns:
        A model from (B, T, D) numbers or (B, T) tokens, for any T, to (B, K), or to (B, T, K) if
        the task has a target at every timestep.

    Raises:
        UserError: If a layer cannot be built.
    """
    task, conf = experiment.task, experiment.model
    inputs = _input(task.inputs)
    x = _vectors(inputs, task.inputs, conf.embedding, units)
    for level in range(1, conf.depth + 1):
        sequences = task.targets.per_timestep or level < conf.depth
        x = _level(experiment, x, level, units, sequences)
    x = _dropout(experiment, x, "output")
    # In the dtype of the weights, so that the loss keeps its digits under mixed precision.
    dtype = keras.config.dtype_policy().variable_dtype
    head = keras.layers.Dense(
        task.targets.size, activation=task.targets.activation, dtype=dtype, name="output"
    )
    return keras.Model(inputs, head(x), name="rnnexp")


def _input(inputs: Inputs) -> Any:
    if inputs.kind == "tokens":
        return keras.Input((None,), dtype="int32", name="x")
    return keras.Input((None, inputs.size), name="x")


def _vectors(x: Any, inputs: Inputs, embedding: int | None, units: int) -> Any:
    """Return the vectors (B, T, D) that the first recurrent layer reads, masked where padded."""
    if inputs.kind == "numbers":
        return keras.layers.Masking(PADDING, name="padding")(x) if inputs.padded else x
    if embedding is None and inputs.size <= MOST_ONE_HOT:
        # An embedding is looked up, which is faster than a product with one-hot vectors.
        one_hot = keras.layers.Embedding(
            inputs.size,
            inputs.size,
            embeddings_initializer="identity",
            mask_zero=inputs.padded,
            trainable=False,
            name="one_hot",
        )
        return one_hot(x)
    size = units if embedding is None else embedding
    return keras.layers.Embedding(inputs.size, size, mask_zero=inputs.padded, name="embedding")(x)


def _level(experiment: Experiment, x: Any, level: int, units: int, sequences: bool) -> Any:
    conf = experiment.model
    layer = build(
        conf.layer,
        "model.layer",
        "layer",
        experiment.trust,
        units=units,
        return_sequences=sequences,
        name=f"recurrent_{level}",
        **_residual(experiment, level),
    )
    if isinstance(layer, EquationLayer):
        # Never by counting batches: a resumed run would count from the start.
        layer.jit_compile = worth_compiling(units, layer.compute_dtype)
    with raised_as_user_error("model.layer"):
        if conf.bidirectional:
            layer = keras.layers.Bidirectional(layer, name=f"bidirectional_{level}")
        if level > 1:
            x = _dropout(experiment, x, str(level))
        y = layer(x)
    if conf.norm is Norm.none:
        return y
    return _NORMS[conf.norm](name=f"norm_{level}")(y)


def _residual(experiment: Experiment, level: int) -> dict[str, bool]:
    """Return the argument that makes a layer residual."""
    conf = experiment.model
    if not conf.residual or level == 1:
        return {}
    target = str(conf.layer["_target_"])
    if "residual" not in (argument_names(locate(target, "model.layer", experiment.trust)) or ()):
        raise UserError(
            f"model.residual: expected false, as {target} cannot be residual; the layers of "
            "rnnexp.layers can"
        )
    return {"residual": True}


def _dropout(experiment: Experiment, x: Any, name: str) -> Any:
    rate = experiment.model.dropout
    if not rate:
        return x
    return keras.layers.Dropout(rate, seed=experiment.seed, name=f"dropout_{name}")(x)
