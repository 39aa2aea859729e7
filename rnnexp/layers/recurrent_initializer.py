"""The argument `recurrent_initializer`: one for all neurons, or one for each."""

from collections.abc import Mapping
from typing import Any

from keras import initializers, ops

from rnnexp.engine.weights import layout
from rnnexp.equations import Equation
from rnnexp.layers.neuron_choice import apart, check_choice, chosen, found_initializer

GENERAL = "orthogonal"


def by_neuron(given) -> bool:
    """Whether the argument is a dict by neuron or role, and not Keras's dict of an initializer."""
    return isinstance(given, Mapping) and "class_name" not in given


def checked(given, equation: Equation) -> Any:
    """Checks the argument of a cell.

    Args:
        given: What `keras.initializers.get` takes, or a dict of that by neuron or role.
        equation: The equation of the cell.

    Returns:
        A Keras initializer, or a dict of them by neuron or role.

    Raises:
        ValueError: A key is not the name or role of a neuron with a recurrent matrix of its own, or
            a value is no initializer.
    """
    if not by_neuron(given):
        return initializers.get(given)
    check_choice("recurrent_initializer", given, equation)
    with_matrix = [equation.neurons[k] for k, _ in layout(equation).recurrent_kernel]
    for key in given:
        if all(key not in (neuron.name, neuron.role) for neuron in with_matrix):
            known = ", ".join(n.name for n in equation.neurons if n in with_matrix)
            raise ValueError(
                f"recurrent_initializer has the key {key!r}, and {type(equation).__name__} has no "
                f"recurrent matrix of it; expected one with a matrix: {known or 'there is none'}"
            )
    return {
        key: found_initializer("recurrent_initializer", key, value) for key, value in given.items()
    }


def serialized(checked) -> Any:
    """Returns a checked argument as it is saved."""
    if not by_neuron(checked):
        return _serialized(checked)
    return {key: _serialized(value) for key, value in checked.items()}


def initializer_of_kernel(equation: Equation, checked) -> Any:
    """Returns the initializer of the recurrent kernel (M, P M), which has P blocks (M, M).

    Where neither the argument nor a neuron distinguishes between blocks, it is Keras's: one draw of
    the whole kernel. Else each block is drawn separately.

    Args:
        equation: The equation.
        checked: What `checked` returned.
    """
    choice = checked if by_neuron(checked) else {}
    neurons = [equation.neurons[k] for k, _ in layout(equation).recurrent_kernel]
    own = {
        neuron.name: chosen(choice, neuron) or initializers.get(neuron.recurrent_initializer)
        for neuron in neurons
    }
    general = initializers.get(GENERAL) if by_neuron(checked) else checked
    if not any(own.values()):
        return general
    blocks = apart(own[neuron.name] or general for neuron in neurons)

    def each(shape, dtype=None):
        M = shape[0]
        return ops.concatenate([block((M, M), dtype=dtype) for block in blocks], axis=1)

    return each


def _serialized(initializer):
    node = initializers.serialize(initializer)
    if isinstance(initializer, initializers.Identity):
        node["config"]["gain"] = initializer.gain  # which Keras 3.15 leaves out
    return node
