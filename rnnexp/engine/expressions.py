"""What `step` computes, as a tree: symbols at its ends, operations between them."""

from typing import Any, NamedTuple


class Symbol(NamedTuple):
    """A value that `step` is given or gets from a neuron.

    kind: "state", "vector", "neuron" (its output), "input" or "product" (its parts).
    position: which state, vector or neuron.
    """

    kind: str
    position: int


class Operation(NamedTuple):
    """A value that `step` computes.

    name: of the Keras operation ("Multiply"), or of an activation among the equation's fields.
    settings: the operation's own, such as axis, by name.
    arguments: expressions and plain numbers, nested as the operation takes them.
    part: which of several results.
    """

    name: str
    settings: tuple
    arguments: tuple
    part: int


Expression = Symbol | Operation


def canonical(expression) -> Any:
    """The same for expressions that are equal, such as r ⊙ h and h ⊙ r."""
    if isinstance(expression, Operation):
        arguments = canonical(expression.arguments)
        if expression.name in ("Add", "Multiply"):
            arguments = tuple(sorted(arguments, key=repr))
        return expression._replace(arguments=arguments)
    if type(expression) is tuple:
        return tuple(map(canonical, expression))
    return expression
