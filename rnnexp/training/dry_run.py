"""What Keras would refuse only at the first step, tried on a few numbers before a run begins."""

import keras
import numpy as np

from rnnexp.config.check import Experiment
from rnnexp.config.errors import refused
from rnnexp.training.model import build_optimizer


def rehearse(experiment: Experiment, model: keras.Model) -> None:
    """Raise UserError where the optimizer makes no step, or a regularizer or constraint no value.

    The weights of `model` are left as they are.
    """
    with refused("optimizer"):
        optimizer = build_optimizer(experiment)
        kinds = sorted({variable.dtype for variable in model.trainable_variables})
        small = [keras.Variable(np.ones((2, 2)), dtype=kind, name=kind) for kind in kinds]
        optimizer.build(small)
        optimizer.apply([keras.ops.ones_like(variable) for variable in small])
    with refused("model.layer"):
        for variable in model.trainable_variables:
            if variable.constraint is not None:
                variable.constraint(keras.ops.convert_to_tensor(variable))
        for loss in model.losses:
            float(loss)
