"""Arguments that give something to each neuron, by its name or by its role."""

import difflib
from collections.abc import Mapping
from typing import Any

from rnnexp.equations import Equation


def check_choice(argument: str, choice: Mapping[str, Any], equation: Equation) -> None:
    """Checks that every key is the name or the role of a neuron.

    Args:
        argument: The name of the argument, for error messages.
        choice: By the name or the role of a neuron, a value.
        equation: The equation that has the neurons.

    Raises:
        ValueError: A key is neither; the message suggests the nearest one.
    """
    neurons = equation.neurons
    known = list(dict.fromkeys([*(n.name for n in neurons), *(n.role for n in neurons)]))
    for key in choice:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            meant = f"did you mean {near[0]!r}? " if near else ""
            raise ValueError(
                f"{argument} has the key {key!r}; {meant}expected the name or the role of a neuron "
                f"of {type(equation).__name__}: {', '.join(known)}"
            )


def chosen(choice: Mapping[str, Any], neuron) -> Any:
    """Returns the value for a neuron: that of its name, else that of its role, else None."""
    return choice.get(neuron.name, choice.get(neuron.role))
