"""Activations that are only named, and how operations on symbols are called."""

import dataclasses

import keras
from keras import KerasTensor

from rnnexp.equations import Equation


def with_named_activations(equation: Equation) -> Equation:
    """The equation with functions among its fields that only write their names."""
    fields = {f.name: getattr(equation, f.name) for f in dataclasses.fields(equation)}
    named = {name: _Named(value) for name, value in fields.items() if callable(value)}
    return dataclasses.replace(equation, **named)


class _Named(keras.Operation):
    """Stands for an activation."""

    def __init__(self, activation):
        super().__init__()
        self.activation = activation

    def call(self, x):
        raise NotImplementedError

    def compute_output_spec(self, x):
        return KerasTensor(x.shape, x.dtype)


def operation_name(operation) -> str:
    """What an operation of Keras's, or an activation among the fields, is called."""
    if not isinstance(operation, _Named):
        return type(operation).__name__
    activation = operation.activation
    if activation is keras.activations.sigmoid:
        return "σ"
    return getattr(activation, "__name__", type(activation).__name__)


def settings(operation) -> tuple:
    """What an operation was made with, such as axis."""
    if isinstance(operation, _Named):
        return ()
    own = vars(operation).items()
    simple = (bool, int, float, str, list, tuple, type(None))
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(own)
        if not name.startswith("_") and name not in ("name", "built") and isinstance(value, simple)
    )
