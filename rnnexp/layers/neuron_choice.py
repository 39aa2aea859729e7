"""Arguments that give something to each neuron, by its name or by its role."""

from collections.abc import Iterable, Mapping
from typing import Any

from keras import initializers

from rnnexp.equations import Equation
from rnnexp.layers.argument_names import meant


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
            raise ValueError(
                f"{argument} has the key {key!r}; {meant(key, known)}expected the name or the role "
                f"of a neuron of {type(equation).__name__}: {', '.join(known)}"
            )


def chosen(choice: Mapping[str, Any], neuron) -> Any:
    """Returns the value for a neuron: that of its name, else that of its role, else None."""
    return choice.get(neuron.name, choice.get(neuron.role))


def found_initializer(argument: str, key: str, value: Any) -> Any:
    """Returns the initializer that `value` describes, as `keras.initializers.get` does.

    Args:
        argument, key: Where the value is, for error messages.
        value: A name, a dict, a function or an initializer.

    Raises:
        ValueError: It is none of these.
    """
    try:
        found = None if isinstance(value, int | float) else initializers.get(value)
    except (TypeError, ValueError):
        found = None
    if found is None:
        raise ValueError(f"{argument}[{key!r}] is {value!r}; expected a Keras initializer")
    return found


def apart(functions: Iterable[Any]) -> list[Any]:
    """Returns initializers that draw different values where one is used several times.

    A Keras initializer gives the same values at every call, because it has a fixed seed. The first
    use of an initializer stays as it is. Later ones have other seeds, which follow from its seed if
    it was given one.
    """
    uses: dict[int, int] = {}
    found = []
    for function in functions:
        n = uses[id(function)] = uses.get(id(function), -1) + 1
        found.append(_other(function, n) if n else function)
    return found


def _other(initializer, n):
    config = initializer.get_config() if hasattr(initializer, "get_config") else {}
    if "seed" not in config:
        return initializer
    if isinstance(config["seed"], int):
        config["seed"] += n
    return type(initializer).from_config(config)
