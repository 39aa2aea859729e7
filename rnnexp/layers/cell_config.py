"""The arguments of a cell, as Keras saves them."""

import dataclasses
from typing import Any

from keras import activations, constraints, initializers, regularizers

from rnnexp.layers import gate_bias, recurrent_initializer

_KINDS = {"initializer": initializers, "regularizer": regularizers, "constraint": constraints}
# Those that Keras's functions cannot serialize.
_SERIALIZE = {
    "recurrent_initializer": recurrent_initializer.serialized,
    "gate_bias": gate_bias.serialized,
    "zoneout": lambda value: dict(value) if isinstance(value, dict) else value,
}


def arguments_of(cell) -> dict[str, Any]:
    """Returns the arguments with which a cell was made, by name, for `get_config`."""
    config: dict[str, Any] = {"units": cell.units}
    activation = {f.name for f in dataclasses.fields(cell.equation_class) if callable(f.default)}
    for name in cell.argument_names():
        value = getattr(cell, name)
        kind = _KINDS.get(name.rpartition("_")[2])
        if name in _SERIALIZE:
            value = _SERIALIZE[name](value)
        elif name in activation:
            value = activations.serialize(value)
        elif kind is not None:
            value = kind.serialize(value)
        config[name] = value
    return config
