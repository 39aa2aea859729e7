"""Converts an equation to attributes of a Dataset, and back."""

import dataclasses
import json
from typing import Any

import keras
import numpy as np
import xarray

from rnnexp.diagnostics.held_step import retention
from rnnexp.engine.weights import Weights
from rnnexp.equations import Equation


def attributes_of(equation: Equation) -> dict[str, str]:
    """Returns the attributes that describe the equation of a layer.

    Returns:
        A dictionary with the keys
        equation: the name of the class,
        fields: its fields, as JSON,
        states: the names of the states, as a JSON list with the output first,
        memory: the name of the memory state,
        gates: the names of the variables that are gates, as a JSON list,
        update_gate: "keep" if 1 keeps the old state, else "new"; only for units with a neuron that
        is an update gate.
    """
    fields = {field.name: getattr(equation, field.name) for field in dataclasses.fields(equation)}
    attributes = {
        "equation": Named(equation),
        "fields": json.dumps(fields, default=_name),
        "states": json.dumps(equation.states),
        "memory": equation.states[equation.memory_index],
        "gates": json.dumps([gate.name for gate in equation.gates]),
    }
    if any(neuron.role == "update" for neuron in equation.neurons):
        attributes["update_gate"] = "keep" if _kept_at_one(equation) == 1 else "new"
    return attributes


def _kept_at_one(equation) -> float:
    """Returns the retention of one unit (M = 1) when all neurons have the output 1."""
    one = np.ones((1, 1), "float32")
    neurons = len(equation.neurons)
    # More columns than any unit needs; only neurons called in parts multiply them.
    matrix = np.zeros((1, 4 * neurons), "float32")
    vectors = tuple(np.ones(vector.count, "float32") for vector in equation.vectors)
    weights = Weights(matrix, matrix, None, vectors)
    states = [one] * len(equation.states)
    return retention(equation, weights, one, states, [one] * neurons).item()


class Named(str):
    """The name of an equation, with the equation itself as an attribute.

    The attribute is lost in a file. In memory it keeps activations that a file cannot store.
    """

    equation: Equation

    def __new__(cls, equation):
        name = super().__new__(cls, type(equation).__name__)
        name.equation = equation
        return name

    def __deepcopy__(self, memo):
        return self


def _name(activation):
    """Returns the serialized activation, or only its name if Keras cannot serialize it."""
    name = getattr(activation, "__name__", f"<{type(activation).__name__}>")
    if getattr(activation, "weights", ()) or name == "<lambda>":
        return name
    try:
        return keras.activations.serialize(activation)
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return name


def equation_in(dataset: xarray.Dataset) -> Equation:
    """Returns the equation of the layer that a Dataset describes.

    Raises:
        ValueError: The Dataset is from a file, and its equation cannot be created here.
    """
    name = dataset.attrs["equation"]
    if isinstance(name, Named):
        return name.equation
    kinds = {kind.__name__: kind for kind in _below(Equation)}
    if name not in kinds:
        raise ValueError(
            f"the trace is of the equation {name!r}; expected one of {sorted(kinds)}: import the "
            "module that defines it"
        )
    kind = kinds[name]
    saved = json.loads(dataset.attrs["fields"])
    activations = {f.name for f in dataclasses.fields(kind) if callable(f.default)}
    return kind(**{k: _activation(v) if k in activations else v for k, v in saved.items()})


def _activation(saved) -> Any:
    try:
        return keras.activations.get(saved)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"the trace is of a unit with the activation {saved!r}, which cannot be created from "
            "the file; expected a registered function: decorate it with "
            "@keras.saving.register_keras_serializable(), or measure before saving the trace"
        ) from error


def _below(kind):
    return [c for child in kind.__subclasses__() for c in (child, *_below(child))]


def states_in(dataset: xarray.Dataset) -> list[str]:
    """Returns the names of the states, with the output first."""
    if "states" in dataset.attrs:
        return json.loads(dataset.attrs["states"])
    return list(equation_in(dataset).states)  # an older file without this attribute


def zoneout_in(dataset: xarray.Dataset) -> list[float]:
    """Returns the share of each old state that a timestep keeps in prediction, 0 to 1."""
    if "zoneout" in dataset.attrs:
        return json.loads(dataset.attrs["zoneout"])
    return [0.0] * len(states_in(dataset))


def gates_in(dataset: xarray.Dataset) -> list[str]:
    """Returns the names of the variables that are gates."""
    if "gates" in dataset.attrs:
        return json.loads(dataset.attrs["gates"])
    return [gate.name for gate in equation_in(dataset).gates]  # an older file without it
