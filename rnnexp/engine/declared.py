"""Checks what an equation declares besides `step`."""

from collections.abc import Mapping

from rnnexp.equations import Equation, Gate, Neuron, Vector


def check_declared(equation: Equation) -> None:
    """Checks the states, their initial values, and the types of the equation's parts.

    Raises:
        ValueError: A declaration does not follow the contract of `Equation`; the message names it.
    """
    name = type(equation).__name__
    states, memory = equation.states, equation.memory
    if not isinstance(states, tuple | list) or not states or not _all(states, str):
        raise ValueError(
            f"{name}.states is {states!r}; expected a tuple of one or more names, such as ('h',)"
        )
    if memory and memory not in states:
        raise ValueError(
            f"{name}.memory is {memory!r}; expected the name of a state: {', '.join(states)}"
        )
    for attribute, kind in (("neurons", Neuron), ("vectors", Vector), ("gates", Gate)):
        parts = getattr(equation, attribute)
        if not isinstance(parts, tuple | list) or not _all(parts, kind):
            found = "a method" if callable(parts) else repr(parts)
            raise ValueError(
                f"{name}.{attribute} is {found}; expected a property that returns a tuple of "
                f"{kind.__name__}(…)"
            )
    _check_initial(equation)


def _check_initial(equation: Equation) -> None:
    name, initial = type(equation).__name__, equation.initial
    if not isinstance(initial, Mapping):
        raise ValueError(
            f"{name}.initial is {initial!r}; expected a dictionary by name of a state, such as "
            f"{{{equation.states[0]!r}: 1.0}}"
        )
    for state, start in initial.items():
        if state not in equation.states:
            raise ValueError(
                f"{name}.initial has a start for {state!r}; expected the name of a state: "
                f"{', '.join(equation.states)}"
            )
        learned = isinstance(start, Vector) and start.count == 1
        if not learned and (isinstance(start, bool) or not isinstance(start, int | float)):
            raise ValueError(
                f"{name}.initial has {start!r} for {state!r}; expected a number, or a Vector(name) "
                "that is learned, with count=1"
            )


def _all(values, kind: type) -> bool:
    return all(isinstance(value, kind) for value in values)
