"""The names of a recurrent layer's states and gates, from the attributes of its Dataset."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STATES, MEMORY, GATES, UPDATE_GATE = "states", "memory", "gates", "update_gate"
"""The attributes that say them; the first and the third are lists in JSON."""

_GRADIENT = "d_"
INPUT_GRADIENT = f"{_GRADIENT}x"
_MOST = 64


@dataclass(frozen=True)
class LayerNames:
    """How the states and gates of a recurrent layer are called.

    Args:
        states: Names of the states, the layer's output first.
        memory: The state that carries the memory, such as `c` of an LSTM.
        gates: Names of the gates.
        update_gate: What an update gate of 1 does, "new" or "keep"; None without one.
    """

    states: tuple[str, ...]
    memory: str
    gates: tuple[str, ...]
    update_gate: str | None

    @property
    def memory_gradient(self) -> str:
        """The name of the gradient at the memory."""
        return gradient_of(self.memory)

    @property
    def state_gradients(self) -> list[str]:
        """The names of the gradients at the states."""
        return [gradient_of(state) for state in self.states]


def gradient_of(state: str) -> str:
    """The name under which the gradient at a state is measured."""
    return f"{_GRADIENT}{state}"


def gradient_label(gradient: str) -> str:
    """The gradient `d_h` as it is written in a formula: dL/dh."""
    return f"dL/d{gradient.removeprefix(_GRADIENT)}"


def layer_names(
    attributes: Mapping[str, Any], gradients: Iterable[str], gates: Iterable[str]
) -> LayerNames:
    """Read the names of a layer's states and gates.

    Files written before layers had these attributes are understood too: their states are those
    whose gradients were measured, and the memory is `c` where there is one.

    Args:
        attributes: The attributes of the layer's Dataset.
        gradients: Names of the gradients that were measured.
        gates: Names of the gates that were measured.

    Raises:
        ValueError: An attribute is not what it should be.
    """
    measured = [name for name in gradients if name.startswith(_GRADIENT) and name != INPUT_GRADIENT]
    states = _names(attributes, STATES) or [name.removeprefix(_GRADIENT) for name in measured]
    memory = attributes.get(MEMORY, "c" if "c" in states else "h")
    if MEMORY in attributes and memory not in states:
        raise ValueError(f"{MEMORY} is {memory!r}, expected one of the states {states}")
    return LayerNames(
        states=tuple(states),
        memory=str(memory),
        gates=tuple(_names(attributes, GATES) or gates),
        update_gate=attributes.get(UPDATE_GATE),
    )


def _names(attributes: Mapping[str, Any], key: str) -> list[str]:
    """The list of names in an attribute; empty where there is no such attribute."""
    try:
        names = json.loads(attributes.get(key, "[]"))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{key} is not a list in JSON: {error}") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{key} is not a list of names")
    if len(names) > _MOST:
        raise ValueError(f"{key} has {len(names)} names, expected {_MOST} at most")
    return names
