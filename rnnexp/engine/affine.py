"""Finds the states of an equation whose next value is affine in the states: h_t = a ⊙ h_{t-1} + b.

Such a recurrence needs no loop over the timesteps: affine maps can be composed in any grouping. It
is found from `step` itself, so an equation declares nothing.
"""

from typing import Any

from rnnexp.engine.expressions import Operation, Symbol
from rnnexp.engine.symbols import Symbolic, structure, symbolic
from rnnexp.equations import Equation

_FREE, _AFFINE, _OTHER = range(3)


def affine_states(equation: Equation) -> tuple[int, ...]:
    """Returns the states that a later timestep reads, if all of them are affine in these states.

    The coefficients must not depend on the states: the neurons in them read x_t alone. A state that
    no timestep reads, such as an output computed from the others, may be anything.

    Args:
        equation: The equation. The result does not depend on its activations.

    Returns:
        The indices of the states; none if the recurrence is not affine.
    """
    key = structure(equation)
    if key not in _found:
        _found[key] = _affine_states(symbolic(equation))
    return _found[key]


_found: dict[Any, tuple[int, ...]] = {}


def read_states(equation: Equation) -> tuple[int, ...]:
    """Returns the indices of the states that a later timestep reads: what a unit carries."""
    return _read_states(symbolic(equation))


def _affine_states(found: Symbolic) -> tuple[int, ...]:
    degrees, read = _Degrees(found), _read_states(found)
    return read if all(degrees.of(found.following[j]) <= _AFFINE for j in read) else ()


def _read_states(found: Symbolic) -> tuple[int, ...]:
    degrees = _Degrees(found)
    return tuple(sorted({j for f in found.following for j in degrees.states_in(f)}))


class _Degrees:
    """How the expressions of a step depend on the states: not, affinely, or otherwise."""

    def __init__(self, found: Symbolic):
        self._reads = {read.neuron: read for read in found.reads}

    def of(self, expression) -> int:
        if isinstance(expression, Symbol):
            return self._symbol(expression)
        if isinstance(expression, Operation):
            return self._operation(expression)
        if type(expression) is tuple:
            return max(map(self.of, expression), default=_FREE)
        return _FREE

    def states_in(self, expression) -> set[int]:
        """Returns the states that an expression depends on, directly or through neurons."""
        if isinstance(expression, Symbol):
            if expression.kind == "state":
                return {expression.position}
            return self.states_in(self._arguments(expression))
        if isinstance(expression, Operation):
            expression = expression.arguments
        if type(expression) is tuple:
            return {j for part in expression for j in self.states_in(part)}
        return set()

    def _symbol(self, symbol: Symbol) -> int:
        if symbol.kind == "state":
            return _AFFINE
        return _OTHER if self.states_in(symbol) else _FREE

    def _arguments(self, symbol: Symbol) -> tuple:
        """Returns what a part of a neuron, or its output, is computed from."""
        if symbol.kind not in ("neuron", "product"):
            return ()
        read = self._reads[symbol.position]
        if symbol.kind == "product" or not read.parts:
            return (*read.vectors, read.gate, read.plus)
        return (read.pre_activation,)

    def _operation(self, operation: Operation) -> int:
        degrees = [self.of(argument) for argument in operation.arguments]
        if max(degrees, default=_FREE) == _FREE:
            return _FREE
        if operation.name in ("Add", "Subtract", "Negative"):
            return max(degrees)
        if operation.name == "Multiply":
            return min(sum(degrees), _OTHER)
        if operation.name in ("Divide", "TrueDivide") and degrees[1] == _FREE:
            return degrees[0]
        if operation.name == "Where" and degrees[0] == _FREE:
            return max(degrees)
        return _OTHER
