"""Decides whether a graph of a model stays valid.

A graph keeps the values that Python code read when it was traced: numbers, closures, attributes.
The code of Keras and rnnexp reads only variables and its configuration. Other code may read
anything.
"""

import functools
import inspect
import sys
from typing import Any

import keras
from keras import tree

_OWN = {"keras", "rnnexp"}
# The packages of the values that Keras's objects contain.
_KNOWN = _OWN | {"tensorflow", "numpy", "optree", "builtins"} | sys.stdlib_module_names


def is_plain_model(model, loss=None) -> bool:
    """Whether the model and the loss contain only code of Keras and rnnexp.

    Args:
        model: A Keras model.
        loss: The loss that replaces the compiled one, or None.
    """
    losses = tree.flatten(getattr(model, "loss", None) if loss is None else loss)
    return all(map(_is_plain, [*model._flatten_layers(), *losses]))


def _is_plain(part) -> bool:
    if not callable(part):
        return True  # a name or None
    if isinstance(part, keras.layers.Lambda) or _root(_code(part)) not in _OWN:
        return False
    if isinstance(part, keras.Model) or inspect.isroutine(part):
        return True
    return all(_root(_code(value)) in _KNOWN for value in vars(part).values())


def _code(value) -> Any:
    """Returns the value itself if it is a function, else its class."""
    if isinstance(value, functools.partial):
        return _code(value.func)
    value = getattr(value, "python_function", value)  # of a tf.function
    return value if inspect.isroutine(value) else type(value)


def _root(code) -> str:
    return (getattr(code, "__module__", None) or "builtins").partition(".")[0]


def configuration(model, loss=None) -> str:
    """Returns a text that changes when the configuration of a plain model or its losses changes."""
    losses = tree.flatten(getattr(model, "loss", None) if loss is None else loss)
    layers = [layer for layer in model._flatten_layers() if not isinstance(layer, keras.Model)]
    configured = [part for part in [*layers, *losses] if hasattr(part, "get_config")]
    return repr([*(part.get_config() for part in configured), *losses])
