"""The state of a Keras callback, such as the best score so far, as JSON and arrays.

A pickle could run code, and a run folder may come from anybody.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

Arrays = dict[str, np.ndarray]

_COMPARISONS = ("greater", "less")  # how Keras's callbacks compare two scores
_SET_BY_FIT = {"model", "_model", "params"}


def callback_state(
    callback: keras.callbacks.Callback, prefix: str, arrays: Arrays
) -> dict[str, Any]:
    """Return the attributes of a callback as JSON.

    What JSON and arrays cannot hold is left out, such as a function: the callback is built with it
    again.

    Args:
        callback: Any callback.
        prefix: With which the names of its arrays begin.
        arrays: Receives the arrays in its attributes.
    """
    state: dict[str, Any] = {}
    for name, value in vars(callback).items():
        if name in _SET_BY_FIT:
            continue
        own: Arrays = {}
        try:
            state[name] = _encode(value, f"{prefix}.{name}", own)
        except TypeError:
            continue
        arrays |= own
    return state


def restore_callback(
    callback: keras.callbacks.Callback, state: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
) -> None:
    """Set the attributes of a callback that `callback_state` returned; no method is replaced."""
    for name, value in state.items():
        if name not in _SET_BY_FIT and not callable(getattr(type(callback), name, None)):
            setattr(callback, name, decode(value, arrays))


def _encode(value: Any, where: str, arrays: Arrays) -> Any:
    """Return `value` as JSON; one that is not plain becomes a dict whose first key is its kind."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic | np.ndarray):
        arrays[where] = np.array(value)
        return {"array": where, "scalar": isinstance(value, np.generic)}
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_encode(v, f"{where}.{i}", arrays) for i, v in enumerate(value)]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {k: _encode(v, f"{where}.{k}", arrays) for k, v in value.items()}}
    name = getattr(value, "__name__", "")
    if name in _COMPARISONS and getattr(keras.ops, name) is value:
        return {"keras.ops": name}  # early stopping stores how it compares two scores
    raise TypeError(f"{where} is of type {type(value).__name__}")


def decode(state: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """Return the value that `callback_state` stored in JSON and `arrays`."""
    if not isinstance(state, dict):
        return state
    kinds: dict[str, Callable[[Any], Any]] = {
        "array": lambda key: arrays[key][()] if state["scalar"] else arrays[key],
        "list": lambda items: [decode(item, arrays) for item in items],
        "tuple": lambda items: tuple(decode(item, arrays) for item in items),
        "dict": lambda items: {key: decode(item, arrays) for key, item in items.items()},
        "keras.ops": _comparison,
    }
    kind = next(iter(state))
    return kinds[kind](state[kind])


def _comparison(name: str) -> Callable[..., Any]:
    if name not in _COMPARISONS:
        raise ValueError(f"expected one of {', '.join(_COMPARISONS)}, got {name}")
    comparison: Callable[..., Any] = getattr(keras.ops, name)
    return comparison
