"""A trial of what Keras would refuse only at the first step, before a run begins."""

import keras
import numpy as np

from rnnexp.config.errors import raised_as_user_error
from rnnexp.config.experiment import Experiment
from rnnexp.training.model import build_optimizer


def dry_run(experiment: Experiment, model: keras.Model) -> None:
    """Try the optimizer, constraints and regularizers. The weights of `model` do not change.

    Raises:
        UserError: If the optimizer cannot make a step, or a constraint or regularizer fails.
    """
    with raised_as_user_error("optimizer"):
        optimizer = build_optimizer(experiment)
        dtypes = sorted({variable.dtype for variable in model.trainable_variables})
        small = [keras.Variable(np.ones((2, 2)), dtype=dtype, name=dtype) for dtype in dtypes]
        optimizer.build(small)
        optimizer.apply([keras.ops.ones_like(variable) for variable in small])
    with raised_as_user_error("model.layer"):
        for variable in model.trainable_variables:
            if variable.constraint is not None:
                variable.constraint(keras.ops.convert_to_tensor(variable))
        for loss in model.losses:
            float(loss)
