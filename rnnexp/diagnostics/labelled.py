"""Labels the arrays of a layer as an `xarray.Dataset`."""

import json

import numpy as np
import xarray

from rnnexp.diagnostics.equation_attributes import attributes_of
from rnnexp.diagnostics.observation import MATRICES, Observation
from rnnexp.diagnostics.recurrent import zoneout_of
from rnnexp.engine.plan import Product, plan
from rnnexp.equations import Equation

_MASK = "false where t is padding"


def labelled(layer, equation: Equation, observation: Observation, lead=None) -> xarray.Dataset:
    """Labels an observation, with time in the order of the inputs.

    The coordinates of the Dataset are what the measures need besides the variables: the timestep
    t = 1 … T, the mask, the initial states (h_0), the weights of each neuron W_x, W_h, b (W_h2 for
    a second vector, b_h for a second bias), and the vectors of the unit.

    Args:
        layer: The observed layer.
        equation: Its equation.
        observation: The observation, as NumPy arrays.
        lead: The names and coordinates of dimensions that precede those of all arrays, if any.
    """
    lead = lead or {}
    backwards = layer.go_backwards
    described = _described(equation)

    def in_time(array, axis):
        return np.flip(array, axis) if backwards else array

    def variable(name, array):
        last = "feature" if name in ("x", "d_x") else "unit"
        return (*lead, "batch", "time", last), in_time(array, -2), described[name]

    initial = [f"{name}_0" for name in equation.states]
    shape = observation["x"].shape[:-1]
    mask = observation.get("mask", np.ones(shape, bool))
    return xarray.Dataset(
        {name: variable(name, observation[name]) for name in described if name in observation},
        {
            **lead,
            "time": ("time", np.arange(1, shape[-1] + 1), {"long_name": "timestep t"}),
            "mask": ((*lead, "batch", "time"), in_time(mask, -1), {"long_name": _MASK}),
            **{name: ((*lead, "batch", "unit"), observation[name]) for name in initial},
            "neuron": ("neuron", [neuron.name for neuron in equation.neurons]),
            **_matrices(equation, observation, tuple(lead)),
            **_vectors(equation, observation, tuple(lead)),
        },
        {
            "layer_class": f"{type(layer).__module__.split('.')[0]}.{type(layer).__name__}",
            "direction": "backward" if backwards else "forward",
            **attributes_of(equation),
            **({"zoneout": json.dumps(zoneout_of(layer))} if any(zoneout_of(layer)) else {}),
        },
    )


def _described(equation) -> dict[str, dict]:
    """Returns the attributes of each variable, by name; long_name is the label in plots."""
    states, neurons = equation.states, equation.neurons
    gates = [gate for gate in equation.gates if gate.value is not None]
    return {
        "x": {"long_name": "input x_t"},
        **{name: {"long_name": f"state {name}_t"} for name in states},
        **{f"d_{name}": {"long_name": f"dL/d{name}_t"} for name in states},
        **{
            f"delta_{n.name}": {
                "long_name": f"δ_t of {n.name}: dL/d(pre-activation)",
                "role": n.role,
            }
            for n in neurons
        },
        "d_x": {"long_name": "dL/dx_t"},
        **{
            n.name: {"long_name": f"{n.name}, output of the {n.role} neuron", "role": n.role}
            for n in neurons
        },
        **{g.name: {"long_name": f"{g.name}, {g.role} gate", "role": g.role} for g in gates},
    }


def _matrices(equation, observation, lead) -> dict[str, tuple]:
    """Returns the kernel, recurrent kernel and bias with a dimension `neuron`.

    The entries of a neuron are zero where it has no weights.
    """
    kernel, recurrent_kernel, bias = map(observation.get, MATRICES)
    layout, N = plan(equation), len(equation.neurons)
    M = observation[equation.states[0]].shape[-1]

    def by_neuron(matrix, columns, position=None):
        rows = (*observation["x"].shape[: len(lead)], matrix.shape[-2] if matrix is not None else M)
        found = np.zeros((*rows, N, M), kernel.dtype)
        for i, column in enumerate(columns):
            k, j = column if isinstance(column, Product) else (column, None)
            if j == position:
                found[..., k, :] = matrix[..., i * M : (i + 1) * M]
        return found

    named = {
        "W_x": ((*lead, "feature", "neuron", "unit"), by_neuron(kernel, layout.kernel_columns))
    }
    for j in range(max(1, *layout.vectors)):
        matrix = by_neuron(recurrent_kernel, layout.recurrent_columns, j)
        named[recurrent_name(j)] = ((*lead, "source", "neuron", "unit"), matrix)
    if bias is not None:
        # (N M,), or (2, N M) with a second bias
        rows = [bias] if bias.ndim == len(lead) + 1 else [bias[..., i, :] for i in (0, 1)]
        for name, row in zip(("b", "b_h"), rows, strict=False):
            named[name] = ((*lead, "neuron", "unit"), row.reshape(*row.shape[:-1], N, M))
    return named


def recurrent_name(position: int) -> str:
    """Returns the name of the matrices of a neuron's first, second, … vector: W_h, W_h2, …"""
    return "W_h" if position == 0 else f"W_h{position + 1}"


def _vectors(equation, observation, lead) -> dict[str, tuple]:
    """Returns the unit's vectors: (unit), or (<name>_part, unit) with several weights per unit."""
    found = {}
    for vector in equation.vectors:
        array, dims = observation[vector.name], (*lead, "unit")
        if vector.count > 1:
            array = array.reshape(*array.shape[:-1], vector.count, -1)
            dims = (*lead, f"{vector.name}_part", "unit")
        found[vector.name] = (dims, array, {"long_name": f"vector {vector.name}"})
    return found
