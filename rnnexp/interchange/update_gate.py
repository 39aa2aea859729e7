"""Conversion between the two meanings of a GRU's update gate.

In one convention z = σ(a) is the fraction of the candidate. In the other one z is the fraction of
the old state, 1 - σ(a) = σ(-a). So the columns of z change sign in every weight, and nothing else
changes: the conversion is exact.
"""

from collections.abc import Sequence

import keras
import numpy as np

from rnnexp.interchange.same_function import name_of

# The conversion is exact if σ(-a) = 1 - σ(a), as for these activations.
SYMMETRIC = ("sigmoid", "hard_sigmoid")


def check_turnable(cell: keras.Layer) -> None:
    """Checks that the update gate of the GRU cell can be converted exactly.

    Raises:
        ValueError: The activation of the gate is not symmetric, or a weight has a constraint.
    """
    if name_of(cell.recurrent_activation) not in SYMMETRIC:
        name = getattr(cell.recurrent_activation, "__name__", cell.recurrent_activation)
        raise ValueError(
            f"recurrent_activation is {name}; expected sigmoid or hard_sigmoid, which allow an "
            "exact conversion of the update gate: keep the layer's own update_gate"
        )
    for name in ("kernel_constraint", "recurrent_constraint", "bias_constraint"):
        if getattr(cell, name) is not None:
            raise ValueError(
                f"{name} is set; expected no constraint, because the conversion of the update gate "
                "negates its columns: remove the constraint, or keep the layer's own update_gate"
            )


def turn(before: keras.Layer, after: keras.Layer) -> None:
    """Copies the weights of the GRU cell `before` to `after`, which has the other convention.

    Nothing is copied if `before` has no weights.
    """
    for name in ("kernel", "recurrent_kernel", "bias"):
        weight = getattr(before, name, None)
        if before.built and weight is not None:
            getattr(after, name).assign(turned([np.asarray(weight)], before.units)[0])


def turned(weights: Sequence[np.ndarray], units: int) -> list[np.ndarray]:
    """Returns the weights of a GRU, each (…, 3M), with the first M columns, those of z, negated."""
    result = []
    for weight in weights:
        weight = weight.copy()
        weight[..., :units] *= -1
        result.append(weight)
    return result
