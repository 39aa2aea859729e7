"""Replaces layers that a custom class creates in its code, which its config does not list."""

from collections.abc import Callable
from typing import Any

import keras
from keras.src.models.functional import Functional

GRAPHS = (keras.Sequential, Functional)


def replace_inner(
    owner: keras.Layer,
    wanted: Callable[[keras.Layer], bool],
    convert: Callable[[keras.Layer], keras.Layer],
) -> None:
    """Replaces every layer inside `owner` that is `wanted` by `convert(layer)`.

    A `Functional` or `Sequential` model inside `owner` is converted as a whole, because its graph
    refers to its layers by name.

    Args:
        owner: A layer or model; it is changed in place.
        wanted: A function that returns whether a layer is to be converted.
        convert: A function from a layer to the new layer.
    """
    for child in list(owner._layers):
        graph = isinstance(child, GRAPHS) and any(map(wanted, child._flatten_layers()))
        if (wanted(child) or graph) and not isinstance(owner, GRAPHS):
            _put(owner, child, convert(child))
        else:
            replace_inner(child, wanted, convert)


def _put(owner: keras.Layer, old: keras.Layer, new: keras.Layer) -> None:
    """Replaces `old` by `new` in every attribute of `owner`."""
    owner._tracker.unlock()
    # This keeps the position among the layers; setting the attribute alone would append `new`.
    owner._tracker.replace_tracked_value("layers", old, new)
    for name, value in list(vars(owner).items()):
        if name != "_layers" and _holds(value, old):
            setattr(owner, name, _replaced(value, old, new))


def _holds(value: Any, old: keras.Layer) -> bool:
    if isinstance(value, list | tuple):
        return any(_holds(item, old) for item in value)
    if isinstance(value, dict):
        return any(_holds(item, old) for item in value.values())
    return value is old


def _replaced(value: Any, old: keras.Layer, new: keras.Layer) -> Any:
    if isinstance(value, list | tuple):
        items = [_replaced(item, old, new) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    return new if value is old else value
