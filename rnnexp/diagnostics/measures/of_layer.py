"""Reads the Dataset of a layer: the order of time, neurons, weights and the neurons' arguments."""

from functools import wraps
from typing import Any

import numpy as np

from rnnexp.diagnostics.equation_attributes import equation_in, gates_in, states_in
from rnnexp.diagnostics.held_step import Read, held_step
from rnnexp.diagnostics.labelled import recurrent_name
from rnnexp.engine.plan import plan
from rnnexp.engine.weights import Weights

OF_STEP = ("batch", "time", "unit")  # the dimensions of a variable at one training step


def each_step(function, *arrays) -> np.ndarray:
    """Applies a function of arrays (B, T, …) to each training step, if there are several.

    The steps are processed one by one, because the intermediate arrays of all steps at once would
    not fit in the cache of the CPU.
    """
    steps = arrays[0].shape[:-3]
    found = [function(*(array[i] for array in arrays)) for i in np.ndindex(steps)]
    return np.reshape(found, (*steps, *np.shape(found[0])))


def of_one_step(dataset) -> None:
    """Checks that a Dataset has one training step.

    Raises:
        ValueError: It has several.
    """
    if "step" in dataset[states_in(dataset)[0]].dims:
        raise ValueError(
            f"the dataset has the training steps {dataset['step'].values.tolist()}; expected one: "
            "select it with dataset.sel(step=…)"
        )


def in_step_order(measure):
    """Decorates a measure so that it receives time in the order of the layer's steps.

    A layer with go_backwards starts at t = T, so its last step is t = 1. The result has time in the
    order of the inputs again.
    """

    @wraps(measure)
    def measured(dataset, *arguments, **named):
        if dataset.attrs["direction"] == "forward":
            return measure(dataset, *arguments, **named)
        turned = dataset.isel(time=slice(None, None, -1)).assign_attrs(direction="forward")
        found = measure(turned, *arguments, **named)
        return found.sortby("time") if "time" in found.dims else found

    return measured


def output(dataset):
    """Returns the state that is the layer's output, a DataArray (batch, time, unit)."""
    return dataset[states_in(dataset)[0]]


def with_role(dataset, role) -> list[str]:
    """Returns the names of the gates with a role."""
    return [name for name in gates_in(dataset) if dataset[name].attrs["role"] == role]


def neurons(dataset) -> list[str]:
    """Returns the names of the neurons, in weight order."""
    return [str(name) for name in dataset["neuron"].values]


def states_before(dataset) -> list[np.ndarray]:
    """Returns every state before each step, S of (…, T, M), with time in step order."""
    found = []
    for name in states_in(dataset):
        initial, after = dataset[f"{name}_0"].values, dataset[name].values
        found.append(np.concatenate([initial[..., None, :], after[..., :-1, :]], axis=-2))
    return found


def weights(dataset) -> Weights:
    """Returns the effective weights; with several training steps, each (step, …)."""
    equation = equation_in(dataset)
    layout = plan(equation)

    def columns(parts):
        return np.concatenate(parts, axis=-1) if parts else None

    rows = [_flat(dataset[name].values) for name in ("b", "b_h") if name in dataset.coords]
    own = [dataset[vector.name].values for vector in equation.vectors]
    several = [vector.count > 1 for vector in equation.vectors]
    return Weights(
        kernel=columns([dataset["W_x"].values[..., k, :] for k in layout.kernel_columns]),
        recurrent_kernel=columns(
            [dataset[recurrent_name(j)].values[..., k, :] for k, j in layout.recurrent_columns]
        ),
        bias=np.stack(rows, axis=-2) if len(rows) == 2 else rows[0] if rows else None,
        vectors=tuple(_flat(v) if many else v for v, many in zip(own, several, strict=True)),
    )


def _flat(array):
    """Reshapes (…, N, M) to (…, N M)."""
    return array.reshape(*array.shape[:-2], -1)


def rows_of(array) -> np.ndarray:
    """Reshapes (B, T, M) to (B T, M)."""
    return array.reshape(-1, array.shape[-1])


def read(dataset) -> dict[str, Read]:
    """Returns the arguments of each neuron in every step, each (B, T, M), by name."""
    of_one_step(dataset)
    B, T, M = output(dataset).shape
    outputs = [rows_of(dataset[name].values) for name in neurons(dataset)]
    before = [rows_of(state) for state in states_before(dataset)]
    x = rows_of(dataset["x"].values)
    _, found = held_step(equation_in(dataset), weights(dataset), x, before, outputs)

    def in_time(rows) -> Any:
        return None if rows is None else np.broadcast_to(rows, (B * T, M)).reshape(B, T, M)

    return {
        name: Read(tuple(map(in_time, vectors)), *map(in_time, others))
        for name, (vectors, *others) in zip(neurons(dataset), found, strict=True)
    }
