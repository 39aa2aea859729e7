"""Arrays of one layer as an `xarray.Dataset` that knows what they are, and back to the equation."""

import dataclasses
import json

import keras
import numpy as np
import xarray

from rnnexp.diagnostics.observation import WEIGHTS
from rnnexp.equations import Equation

_MASK = "false where t is padding"


def labelled(layer, equation, observation, lead=None) -> xarray.Dataset:
    """A Dataset of an `Observation` in NumPy, in the order of the input's time.

    Beside the variables it has as coordinates what the measures need: the timestep t = 1 … T, the
    mask, the initial states h_0 (and c_0), and the weights W_x, W_h, b (and b_h of a second bias).
    lead: by name the coordinate of a dimension that all arrays have before their own, if any.
    """
    lead = lead or {}
    roles = {neuron.name: neuron.role for neuron in equation.neurons}
    backwards = layer.go_backwards

    def in_time(array, axis):
        return np.flip(array, axis) if backwards else array

    def variable(name, array):
        last = "feature" if name in ("x", "d_x") else "unit"
        return (*lead, "batch", "time", last), in_time(array, -2), _attributes(name, roles)

    initial = [f"{name}_0" for name in equation.states]
    kept = {"mask", *initial, *WEIGHTS}
    shape = observation["x"].shape[:-1]
    mask = observation.get("mask", np.ones(shape, bool))
    return xarray.Dataset(
        {name: variable(name, array) for name, array in observation.items() if name not in kept},
        {
            **lead,
            "time": ("time", np.arange(1, shape[-1] + 1), {"long_name": "timestep t"}),
            "mask": ((*lead, "batch", "time"), in_time(mask, -1), {"long_name": _MASK}),
            **{name: ((*lead, "batch", "unit"), observation[name]) for name in initial},
            "neuron": ("neuron", list(roles)),
            **_weights(observation, len(roles), tuple(lead)),
        },
        {
            "layer_class": f"{type(layer).__module__.split('.')[0]}.{type(layer).__name__}",
            "direction": "backward" if backwards else "forward",
            **_equation_attributes(equation),
        },
    )


def _attributes(name, roles):
    """What a plot writes on its axes."""
    if name in roles:
        return {"long_name": f"{name}, output of the {roles[name]} neuron", "role": roles[name]}
    if name.startswith("delta_"):
        neuron = name.removeprefix("delta_")
        return {"long_name": f"δ_t of {neuron}: dL/d(pre-activation)", "role": roles[neuron]}
    if name.startswith("d_"):
        return {"long_name": f"dL/d{name.removeprefix('d_')}_t"}
    return {"long_name": "input x_t" if name == "x" else f"state {name}_t"}


def _weights(observation, n, lead) -> dict[str, tuple]:
    """Kernel (D, N M), recurrent kernel (M, N M) and bias with a dimension for the neurons."""
    kernel, recurrent_kernel, bias = map(observation.get, WEIGHTS)

    def columns(array):
        return array.reshape(*array.shape[:-1], n, -1)

    found: dict[str, tuple] = {
        "W_x": ((*lead, "feature", "neuron", "unit"), columns(kernel)),
        "W_h": ((*lead, "source", "neuron", "unit"), columns(recurrent_kernel)),
    }
    if bias is not None:
        # (N M,), or (2, N M) of a second bias
        rows = [bias] if bias.ndim == len(lead) + 1 else [bias[..., i, :] for i in (0, 1)]
        names = ("b", "b_h")[: len(rows)]
        dims = (*lead, "neuron", "unit")
        found |= {b: (dims, columns(row)) for b, row in zip(names, rows, strict=True)}
    return found


def _equation_attributes(equation):
    """The equation as attributes: its class, its fields, and what its update gate means by 1."""
    fields = {field.name: getattr(equation, field.name) for field in dataclasses.fields(equation)}
    attributes = {"equation": Named(equation), "fields": json.dumps(fields, default=_name)}
    if any(neuron.role == "update" for neuron in equation.neurons):
        keeps = float(equation.retention(*(1.0 for _ in equation.neurons)))
        attributes["update_gate"] = "keep" if keeps == 1 else "new"
    return attributes


class Named(str):
    """The name of an equation, which has the equation with it until it is written to a file.

    An activation may be a function that no file can hold.
    """

    equation: Equation

    def __new__(cls, equation):
        name = super().__new__(cls, type(equation).__name__)
        name.equation = equation
        return name

    def __deepcopy__(self, memo):
        return self


def _name(activation):
    """What a file says of an activation: all that Keras needs, or no more than a name."""
    name = getattr(activation, "__name__", f"<{type(activation).__name__}>")
    if getattr(activation, "weights", ()) or name == "<lambda>":
        return name
    try:
        return keras.activations.serialize(activation)
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return name


def equation_in(dataset) -> Equation:
    """The equation that a Dataset is of.

    Raises ValueError for a saved one that cannot be made again here.
    """
    name = dataset.attrs["equation"]
    if isinstance(name, Named):
        return name.equation
    kinds = {kind.__name__: kind for kind in _below(Equation)}
    if name not in kinds:
        raise ValueError(
            f"the trace is of the equation {name!r}; known here are {sorted(kinds)}: import the "
            "module that defines it"
        )
    return kinds[name](**{k: _field(v) for k, v in json.loads(dataset.attrs["fields"]).items()})


def _field(value):
    if isinstance(value, bool | int | float):
        return value
    try:
        return keras.activations.get(value)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"the trace is of a unit with the activation {value!r}, which cannot be made again "
            "from the file; register a function of your own by "
            "@keras.saving.register_keras_serializable(), or measure before the trace is saved"
        ) from error


def _below(kind):
    return [c for child in kind.__subclasses__() for c in (child, *_below(child))]
