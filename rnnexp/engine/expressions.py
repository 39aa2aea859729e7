"""Expression trees of what `step` computes: symbols are the leaves, operations the nodes."""

from typing import Any, NamedTuple


class Symbol(NamedTuple):
    """An argument of `step`, or a value that a neuron returns.

    Attributes:
        kind: "state", "vector", "neuron" (its output), "input" or "product" (its parts).
        position: The index of the state, vector or neuron.
    """

    kind: str
    position: int


class Operation(NamedTuple):
    """A value that `step` computes.

    Attributes:
        name: The name of the Keras operation ("Multiply"), or of an activation in a field of the
            equation.
        settings: The settings of the operation, such as axis, as (name, value).
        arguments: Expressions and plain numbers, nested like the arguments of the operation.
        part: The index of the result, for operations with several results.
    """

    name: str
    settings: tuple
    arguments: tuple
    part: int


Expression = Symbol | Operation


def canonical(expression) -> Any:
    """Returns a canonical form, which is the same for r ⊙ h and h ⊙ r."""
    if isinstance(expression, Operation):
        arguments = canonical(expression.arguments)
        if expression.name in ("Add", "Multiply"):
            arguments = tuple(sorted(arguments, key=repr))
        return expression._replace(arguments=arguments)
    if type(expression) is tuple:
        return tuple(map(canonical, expression))
    return expression
