"""What the Dataset of a layer implies: its order, neurons and weights, and what each read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import xarray

from rnnexp.diagnostics.labelled import equation_in

OF_STEP = ("batch", "time", "unit")  # the dimensions of what a layer shows at one training step


def each_step(function, *arrays) -> np.ndarray:
    """What a function gives of arrays (B, T, …), for each training step where there are several.

    Step by step, because a function makes arrays on its way, and those of all steps at once would
    not stay in the processor's cache.
    """
    steps = arrays[0].shape[:-3]
    found = [function(*(array[i] for array in arrays)) for i in np.ndindex(steps)]
    return np.reshape(found, (*steps, *np.shape(found[0])))


def of_one_step(dataset) -> None:
    """Raises ValueError for what a layer shows at several training steps."""
    if "step" in dataset["h"].dims:
        raise ValueError(
            f"the dataset is of the training steps {dataset['step'].values.tolist()}; this measure "
            "takes one: dataset.sel(step=…)"
        )


def in_step_order(measure: Callable[..., xarray.Dataset]) -> Callable[..., xarray.Dataset]:
    """A measure that meets time in the order of the layer's own steps, whichever way it goes.

    A layer that goes backwards begins at t = T: its "last" step is t = 1. The result is in the
    order of the input's time again.
    """

    @wraps(measure)
    def measured(dataset: xarray.Dataset, *arguments: Any, **named: Any) -> xarray.Dataset:
        if dataset.attrs["direction"] == "forward":
            return measure(dataset, *arguments, **named)
        turned = dataset.isel(time=slice(None, None, -1)).assign_attrs(direction="forward")
        found = measure(turned, *arguments, **named)
        return found.sortby("time") if "time" in found.dims else found

    return measured


def with_role(dataset, *roles) -> list[str]:
    """The names of the neurons that have one of the roles, in weight order."""
    return [name for name in neurons(dataset) if dataset[name].attrs["role"] in roles]


def neurons(dataset) -> list[str]:
    """The names of the neurons, in weight order."""
    return [str(name) for name in dataset["neuron"].values]


def states_before(dataset) -> list[np.ndarray]:
    """S of (B, T, M): every state as each step finds it, its time in step order."""
    of_one_step(dataset)
    found = []
    for name in equation_in(dataset).states:
        initial, after = dataset[f"{name}_0"].values, dataset[name].values
        found.append(np.concatenate([initial[..., None, :], after[..., :-1, :]], axis=-2))
    return found


def weights(dataset):
    """Kernel (D, N M), recurrent kernel (M, N M), bias (N M,), (2, N M) or None, as Keras's."""
    flat = [dataset[name].values for name in ("W_x", "W_h")]
    kernel, recurrent_kernel = (w.reshape(len(w), -1) for w in flat)
    rows = [dataset[name].values.reshape(-1) for name in ("b", "b_h") if name in dataset.coords]
    bias = np.stack(rows) if len(rows) == 2 else rows[0] if rows else None
    return kernel, recurrent_kernel, bias


def read(dataset) -> dict[str, tuple]:
    """By neuron: the vector v (B, T, M) that it read beside x, and the gate on its product v W_h.

    The gate is (B, T, M), or 1 where nothing is multiplied into the product.
    """
    noted = {}

    def noting(name):
        def neuron(v, gate=1.0):
            noted[name] = np.asarray(v), np.asarray(gate)
            return dataset[name].values

        return neuron

    equation_in(dataset).step(*map(noting, neurons(dataset)), *states_before(dataset))
    return noted
