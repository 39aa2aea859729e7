"""An equation as attributes of a Dataset, and back."""

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
    """What a Dataset says of the equation of its layer.

    Returns:
        equation: the name of the class. fields: its fields, as JSON. states: their names, as a JSON
        list, the output first. memory: the name of the state that carries the memory. gates: the
        names of the variables that are gates, as a JSON list. update_gate, of a unit with a neuron
        that is an update gate: "keep" if 1 keeps the old state, else "new".
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
    """The retention of a unit, M = 1, whose neurons all put out 1."""
    one = np.ones((1, 1), "float32")
    neurons = len(equation.neurons)
    # As many columns as any unit has; only a neuron taken in parts multiplies them.
    matrix = np.zeros((1, 4 * neurons), "float32")
    vectors = tuple(np.ones(vector.count, "float32") for vector in equation.vectors)
    weights = Weights(matrix, matrix, None, vectors)
    states = [one] * len(equation.states)
    return retention(equation, weights, one, states, [one] * neurons).item()


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


def equation_in(dataset: xarray.Dataset) -> Equation:
    """The equation that a Dataset is of.

    Raises:
        ValueError: The Dataset is of a file, and its equation cannot be made again here.
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
    kind = kinds[name]
    saved = json.loads(dataset.attrs["fields"])
    activations = {f.name for f in dataclasses.fields(kind) if callable(f.default)}
    return kind(**{k: _activation(v) if k in activations else v for k, v in saved.items()})


def _activation(saved) -> Any:
    try:
        return keras.activations.get(saved)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"the trace is of a unit with the activation {saved!r}, which cannot be made again "
            "from the file; register a function of your own by "
            "@keras.saving.register_keras_serializable(), or measure before the trace is saved"
        ) from error


def _below(kind):
    return [c for child in kind.__subclasses__() for c in (child, *_below(child))]


def states_in(dataset: xarray.Dataset) -> list[str]:
    """The names of the states, the output first."""
    if "states" in dataset.attrs:
        return json.loads(dataset.attrs["states"])
    return list(equation_in(dataset).states)  # of a file that does not say


def gates_in(dataset: xarray.Dataset) -> list[str]:
    """The names of the variables that are gates."""
    if "gates" in dataset.attrs:
        return json.loads(dataset.attrs["gates"])
    return [gate.name for gate in equation_in(dataset).gates]  # of a file that does not say
