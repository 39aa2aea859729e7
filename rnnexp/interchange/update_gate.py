"""The two readings of a GRU's update gate, one turned into the other.

z = σ(a) takes the candidate where the other reading, 1 - z = σ(-a), keeps the old state. So the
columns of z change sign in every weight, and nothing else changes: the conversion is exact.
"""

from collections.abc import Sequence

import keras
import numpy as np

from rnnexp.interchange.same_function import name_of

# σ(-a) = 1 - σ(a) is what makes it exact; these have it.
SYMMETRIC = ("sigmoid", "hard_sigmoid")


def check_turnable(cell: keras.Layer) -> None:
    """Raises ValueError where turning the update gate of `cell` would not be exact."""
    if name_of(cell.recurrent_activation) not in SYMMETRIC:
        name = getattr(cell.recurrent_activation, "__name__", cell.recurrent_activation)
        raise ValueError(
            f"recurrent_activation is {name}; the update gate can only be turned exactly with "
            "sigmoid or hard_sigmoid, where σ(-a) = 1 - σ(a): keep the layer's own update_gate"
        )
    for name in ("kernel_constraint", "recurrent_constraint", "bias_constraint"):
        if getattr(cell, name) is not None:
            raise ValueError(
                f"{name} is set; turning the update gate changes the sign of its columns, which "
                "the constraint may not allow: remove it, or keep the layer's own update_gate"
            )


def turn(before: keras.Layer, after: keras.Layer) -> None:
    """Gives the cell `after` the weights of the cell `before`, which reads its gate the other way.

    Cells without weights stay without.
    """
    for name in ("kernel", "recurrent_kernel", "bias"):
        weight = getattr(before, name, None)
        if before.built and weight is not None:
            getattr(after, name).assign(turned([np.asarray(weight)], before.units)[0])


def turned(weights: Sequence[np.ndarray], units: int) -> list[np.ndarray]:
    """The weights of a GRU, each (…, 3M), with z's columns, the first M, negated."""
    result = []
    for weight in weights:
        weight = weight.copy()
        weight[..., :units] *= -1
        result.append(weight)
    return result
