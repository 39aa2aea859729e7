"""Activations that are named but not called, and the names of operations on symbols."""

import dataclasses

import keras
from keras import KerasTensor

from rnnexp.equations import Equation


def with_named_activations(equation: Equation) -> Equation:
    """Returns the equation with each activation in its fields replaced by a named operation."""
    fields = {f.name: getattr(equation, f.name) for f in dataclasses.fields(equation)}
    named = {name: _Named(value) for name, value in fields.items() if callable(value)}
    return dataclasses.replace(equation, **named)


class _Named(keras.Operation):
    """An operation that represents an activation."""

    def __init__(self, activation):
        super().__init__()
        self.activation = activation

    def call(self, x):
        raise NotImplementedError

    def compute_output_spec(self, x):
        return KerasTensor(x.shape, x.dtype)


def operation_name(operation) -> str:
    """Returns the name of a Keras operation, or of an activation in a field of the equation."""
    if not isinstance(operation, _Named):
        return type(operation).__name__
    activation = operation.activation
    if activation is keras.activations.sigmoid:
        return "σ"
    return getattr(activation, "__name__", type(activation).__name__)


def settings(operation) -> tuple:
    """Returns the settings of an operation, such as axis, as (name, value)."""
    if isinstance(operation, _Named):
        return ()
    own = vars(operation).items()
    simple = (bool, int, float, str, list, tuple, type(None))
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(own)
        if not name.startswith("_") and name not in ("name", "built") and isinstance(value, simple)
    )
