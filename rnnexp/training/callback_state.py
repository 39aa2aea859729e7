"""What a Keras callback remembers, such as the best score so far, as JSON and arrays.

Not as a pickle: a run folder may come from somebody else, and must not be able to run code.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

Arrays = dict[str, np.ndarray]

_COMPARISONS = ("greater", "less")  # by which Keras's callbacks judge
_GIVEN = {"model", "_model", "params"}  # by `fit`, to every callback


def remembered(callback: keras.callbacks.Callback, prefix: str, arrays: Arrays) -> dict[str, Any]:
    """The attributes of `callback` as JSON; arrays in them go to `arrays`, under `prefix`.

    Left out is what cannot be told so, such as a function of the user's: whoever builds the
    callback again gives it again.
    """
    told: dict[str, Any] = {}
    for name, value in vars(callback).items():
        if name in _GIVEN:
            continue
        own: Arrays = {}
        try:
            told[name] = _encoded(value, f"{prefix}.{name}", own)
        except TypeError:
            continue
        arrays |= own
    return told


def remind(
    callback: keras.callbacks.Callback, told: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
) -> None:
    """Give `callback` the attributes that `remembered` told; none takes the place of a method."""
    for name, value in told.items():
        if name not in _GIVEN and not callable(getattr(type(callback), name, None)):
            setattr(callback, name, decoded(value, arrays))


def _encoded(value: Any, where: str, arrays: Arrays) -> Any:
    """As JSON; whatever is not a plain value is a dict with one key, its kind."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic | np.ndarray):
        arrays[where] = np.array(value)
        return {"array": where, "scalar": isinstance(value, np.generic)}
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_encoded(v, f"{where}.{i}", arrays) for i, v in enumerate(value)]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {k: _encoded(v, f"{where}.{k}", arrays) for k, v in value.items()}}
    name = getattr(value, "__name__", "")
    if name in _COMPARISONS and getattr(keras.ops, name) is value:
        return {"keras.ops": name}  # early stopping keeps how it compares, once it knows
    raise TypeError(f"{where} is of type {type(value).__name__}")


def decoded(told: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """The value that `remembered` told as JSON and `arrays`."""
    if not isinstance(told, dict):
        return told
    kinds: dict[str, Callable[[Any], Any]] = {
        "array": lambda key: arrays[key][()] if told["scalar"] else arrays[key],
        "list": lambda items: [decoded(item, arrays) for item in items],
        "tuple": lambda items: tuple(decoded(item, arrays) for item in items),
        "dict": lambda items: {key: decoded(item, arrays) for key, item in items.items()},
        "keras.ops": _comparison,
    }
    kind = next(iter(told))
    return kinds[kind](told[kind])


def _comparison(name: str) -> Callable[..., Any]:
    if name not in _COMPARISONS:
        raise ValueError(f"expected one of {', '.join(_COMPARISONS)}, got {name}")
    found: Callable[..., Any] = getattr(keras.ops, name)
    return found
