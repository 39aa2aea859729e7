"""Whether a graph made of a model stays true.

A graph keeps what Python code read when the graph was made: a number, a closure, an attribute.
Keras's and rnnexp's own code reads nothing but its variables and its configuration; of anyone
else's nothing is known.
"""

import functools
import inspect
import sys
from typing import Any

import keras
from keras import tree

_OWN = {"keras", "rnnexp"}
# What Keras's objects are made of beside Keras's own.
_KNOWN = _OWN | {"tensorflow", "numpy", "optree", "builtins"} | sys.stdlib_module_names


def is_plain_model(model, loss=None) -> bool:
    """Whether model and loss have no code but Keras's and rnnexp's.

    Args:
        model: A Keras model.
        loss: The one that is differentiated instead of the compiled one, if any.
    """
    losses = tree.flatten(getattr(model, "loss", None) if loss is None else loss)
    return all(map(_is_plain, [*model._flatten_layers(), *losses]))


def _is_plain(part) -> bool:
    if not callable(part):
        return True  # a name, or nothing
    if isinstance(part, keras.layers.Lambda) or _root(_code(part)) not in _OWN:
        return False
    if isinstance(part, keras.Model) or inspect.isroutine(part):
        return True
    return all(_root(_code(value)) in _KNOWN for value in vars(part).values())


def _code(value) -> Any:
    """The function that a value is, or its class."""
    if isinstance(value, functools.partial):
        return _code(value.func)
    value = getattr(value, "python_function", value)  # of a tf.function
    return value if inspect.isroutine(value) else type(value)


def _root(code) -> str:
    return (getattr(code, "__module__", None) or "builtins").partition(".")[0]


def configuration(model, loss=None) -> str:
    """How a plain model's layers and losses are set up: another text where that has changed."""
    losses = tree.flatten(getattr(model, "loss", None) if loss is None else loss)
    layers = [layer for layer in model._flatten_layers() if not isinstance(layer, keras.Model)]
    configured = [part for part in [*layers, *losses] if hasattr(part, "get_config")]
    return repr([*(part.get_config() for part in configured), *losses])
