"""The expressions of a step in which gates and new states are symbols, and their texts."""

from typing import Any, NamedTuple

import keras
import numpy as np

from rnnexp.diagnostics.formula import Formula
from rnnexp.engine.expressions import Operation, Symbol
from rnnexp.engine.symbols import Read, symbolic
from rnnexp.equations import Equation
from rnnexp.explain.algebra import (
    Unknown,
    add,
    depends,
    derivative,
    evaluated,
    key,
    multiply,
    replaced,
    subtract,
)

_SAMPLES = 64


class Parts(NamedTuple):
    """The next value of a state s as old + new, or function(old + new).

    Attributes:
        old: The part that depends on the value of s before the step.
        new: The rest.
        weight: What multiplies s in `old`; None if `old` is no multiple of s.
        function: The name of a function around the sum, or "".
    """

    old: Any
    new: Any
    weight: Any = None
    function: str = ""


class StepExpressions:
    """The expressions of an equation's step.

    Attributes:
        equation: The equation.
        formula: Its formula.
        reads: What the neurons read, in weight order.
        following: For each state its next value. In it the other next states are symbols of the
            kind "next" where they do not depend on this one, and gates with a value are symbols of
            the kind "gate".
    """

    def __init__(self, equation: Equation, formula: Formula):
        step = symbolic(equation)
        self.equation, self.formula = equation, formula
        derived = [gate.name for gate in equation.gates]
        gates = {Symbol("gate", derived.index(name)): value for name, value in step.gates}
        self._gates = {key(v): s for s, v in gates.items() if isinstance(v, Operation)}
        self._values = {key(s): v for s, v in gates.items()}
        self._values |= {key(Symbol("next", j)): v for j, v in enumerate(step.following)}
        self._next = {
            key(value): Symbol("next", j)
            for j, value in enumerate(step.following)
            if isinstance(value, Operation)
        }
        self.reads = sorted((self._read(read) for read in step.reads), key=lambda r: r.neuron)
        self.following = [self._following(step.following, j) for j in range(len(step.following))]
        self._samples: dict[Symbol, np.ndarray] = {}
        self._random = np.random.default_rng(0)

    def _read(self, read: Read) -> Read:
        def without(value: Any) -> Any:
            return None if value is None else replaced(value, self._next | self._gates)

        return read._replace(
            vectors=tuple(map(without, read.vectors)),
            gate=without(read.gate),
            plus=without(read.plus),
            pre_activation=without(read.pre_activation),
        )

    def _following(self, following: tuple, j: int) -> Any:
        others = {
            key(value)
            for k, value in enumerate(following)
            if k != j and not depends(value, Symbol("state", j))
        }
        new = {name: symbol for name, symbol in self._next.items() if name in others}
        return replaced(following[j], self.gates_apart_from(j) | new)

    def gates_apart_from(self, state: int) -> dict[str, Symbol]:
        """Returns the symbols of the gates with a value that do not depend on a state."""
        symbol = Symbol("state", state)
        free = {k for k, s in self._gates.items() if not depends(self._values[key(s)], symbol)}
        return {k: self._gates[k] for k in free}

    def gate_symbol(self, name: str) -> Symbol:
        """Returns the symbol of a gate: of its own, or that of the neuron of the same name."""
        gates = [gate.name for gate in self.equation.gates]
        if self.equation.gates[gates.index(name)].value is not None:
            return Symbol("gate", gates.index(name))
        return Symbol("neuron", [neuron.name for neuron in self.equation.neurons].index(name))

    def text(self, value: Any) -> str:
        """Returns the text of an expression as it stands in the formula."""
        return self.formula.text(replaced(value, self._values))

    def next_text(self, state: int) -> str:
        """Returns the line of a state in the formula, as in "h_t = …"."""
        name = f"{self.equation.states[state]}_t"
        return f"{name} = {self.formula.lines[name]}"

    def neurons_in(self, value: Any) -> set[int]:
        """Returns the neurons whose outputs are part of an expression, also inside gates."""
        whole = replaced(value, self._values)
        count = range(len(self.equation.neurons))
        kinds = ("neuron", "product", "input")
        return {k for k in count if any(depends(whole, Symbol(kind, k)) for kind in kinds)}

    def parts(self, state: int) -> Parts:
        """Returns the old and the new part of the next value of a state."""
        symbol, value, function = Symbol("state", state), self.following[state], ""
        if _is_function(value) and depends(value, symbol):
            function, (value,) = value.name, value.arguments
        try:
            weight = derivative(value, symbol)
        except Unknown:
            weight = symbol
        if not depends(weight, symbol):
            new = replaced(value, {key(symbol): 0})
            return Parts(multiply(weight, symbol), new, weight, function)
        old: Any = 0
        new = 0
        for sign, term in terms(value):
            join = add if sign > 0 else subtract
            if depends(term, symbol):
                old = join(old, term)
            else:
                new = join(new, term)
        return Parts(old, new, None, function)

    def sampled(self, value: Any) -> np.ndarray:
        """Returns random values of an expression, with gates computed from the neurons.

        Raises:
            Unknown: An operation in it is not elementwise, or not known.
        """
        with np.errstate(all="ignore"):
            whole = replaced(value, self._values)
            return np.broadcast_to(evaluated(whole, self._leaf), _SAMPLES)

    def _leaf(self, symbol: Symbol) -> np.ndarray:
        if symbol not in self._samples:
            self._samples[symbol] = self._drawn(symbol)
        return self._samples[symbol]

    def _drawn(self, symbol: Symbol) -> np.ndarray:
        between = self._random.uniform
        if symbol.kind == "vector":
            return between(0, 1, _SAMPLES)
        if symbol.kind == "neuron":
            activation = self.equation.neurons[symbol.position].activation
            if activation is keras.activations.sigmoid:
                return between(0, 1, _SAMPLES)
            if activation is keras.activations.tanh:
                return between(-1, 1, _SAMPLES)
        return 2 * self._random.normal(size=_SAMPLES)


def _is_function(value: Any) -> bool:
    """Whether a value is f(a) for a function f of one argument, such as tanh."""
    return (
        isinstance(value, Operation)
        and len(value.arguments) == 1
        and not value.settings
        and value.name != "Negative"
        and isinstance(value.arguments[0], Operation)
    )


def terms(value: Any, sign: int = 1) -> list[tuple[int, Any]]:
    """Returns the terms of a sum, each with its sign."""
    if isinstance(value, Operation) and value.name in ("Add", "Subtract"):
        a, b = value.arguments
        return [*terms(a, sign), *terms(b, sign if value.name == "Add" else -sign)]
    if isinstance(value, Operation) and value.name == "Negative":
        return terms(value.arguments[0], -sign)
    return [(sign, value)]
