"""Finds a layer whose gates are saturated because its inputs are large."""

import numpy as np
import xarray

from rnnexp.diagnostics.equation_attributes import gates_in
from rnnexp.diagnostics.measures.gates import HIGH, LOW

# A gate is undecided for inputs of about 1. A unit that is meant to hold its state from the start
# (chrono initialization) has saturated gates too, but not because of its inputs.
_MOST, _LARGE = 0.5, 10.0


def saturation_by_inputs(dataset: xarray.Dataset) -> str:
    """Says whether most of a layer's gate values are saturated, while its inputs are large.

    Such a gate hardly depends on its weights and hardly passes a gradient on, so that the layer
    learns little, although its state may be kept over many timesteps.

    Args:
        dataset: The trace of one layer. Of several training steps, the first one counts.

    Returns:
        A sentence that says what was found and what to do; "" if gates or inputs are as usual.
    """
    first = dataset.isel(step=0) if "step" in dataset.dims else dataset
    real = first["mask"].values
    x = first["x"].values[real]
    gates = np.array([first[gate].values[real] for gate in gates_in(first)])
    if not gates.size or not x.size:
        return ""
    share = np.mean((gates < LOW) | (gates > HIGH))
    size = np.sqrt(np.mean(np.square(x, dtype="float64")))
    if not (share > _MOST and size > _LARGE):  # also if one is NaN
        return ""
    return (
        f"{share:.0%} of the gate values are below {LOW} or above {HIGH}, because the layer's "
        f"inputs are large: their root mean square is {size:.3g}. Gates in this state learn "
        "slowly; scale the inputs to about 1, for example to a mean of 0 and a standard "
        "deviation of 1"
    )
