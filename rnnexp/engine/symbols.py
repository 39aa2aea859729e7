"""Runs an equation's `step` once on symbols, to find what each neuron reads and each state is.

The symbols are Keras's symbolic tensors. So `step` may use any `keras.ops`, on every backend, and
nothing is computed. Activations are named but not called.
"""

import dataclasses
from types import SimpleNamespace
from typing import Any, NamedTuple

from keras import KerasTensor

from rnnexp.engine.calling_step import StepError, call_step, described, gate_value
from rnnexp.engine.expressions import Expression, Operation, Symbol, canonical
from rnnexp.engine.named_activations import operation_name, settings, with_named_activations
from rnnexp.equations import Equation, StepNeuron

_UNITS = 8  # of the symbols; no number that `step` computes depends on it


class Read(NamedTuple):
    """A neuron that `step` called, whole or in parts.

    Attributes:
        neuron: The index of the neuron in weight order.
        vectors: The vectors that it reads besides x_t.
        gate, plus: See `StepNeuron`.
        input: Whether it reads x_t W_x.
        parts: Whether it was called in parts.
        pre_activation: The argument of `output`, if it was called in parts.
    """

    neuron: int
    vectors: tuple[Expression, ...] = ()
    gate: Expression | None = None
    plus: Expression | None = None
    input: bool = True
    parts: bool = False
    pre_activation: Expression | None = None


class Symbolic(NamedTuple):
    """The expressions that `step` computes.

    Attributes:
        reads: The neurons, in the order of the calls.
        following: The next states.
        gates: (name, expression) of the gates that are not the output of a neuron.
    """

    reads: tuple[Read, ...]
    following: tuple[Expression, ...]
    gates: tuple[tuple[str, Expression], ...] = ()


def structure(equation: Equation) -> tuple:
    """Returns a key that is equal for equations that differ only in their activations.

    What follows from `symbolic` is the same for them. Activations need not be hashable.
    """
    fields = {f.name: getattr(equation, f.name) for f in dataclasses.fields(equation)}
    return type(equation), tuple(item for item in fields.items() if not callable(item[1]))


def symbolic(equation: Equation) -> Symbolic:
    """Runs `step` on symbols.

    Raises:
        ValueError: `step` does not do what the contract of `Equation` says; the message names the
            neuron or state.
    """
    return _Run(equation).symbolic()


class _Run:
    """One run of `step`: its symbols, and the recorded calls of the neurons."""

    def __init__(self, equation: Equation):
        self.equation = equation
        self.name = type(equation).__name__
        self.reads: dict[int, Read] = {}
        self._expressions: dict[int, Expression] = {}
        self._tensors: list[KerasTensor] = []  # so that an id stays the id of one tensor

    def symbol(self, kind, index, size=_UNITS, batched=True) -> KerasTensor:
        tensor = KerasTensor((1, size) if batched else (size,))
        self._tensors.append(tensor)
        self._expressions[id(tensor)] = Symbol(kind, index)
        return tensor

    def symbolic(self) -> Symbolic:
        equation = with_named_activations(self.equation)
        neurons = [_SymbolicNeuron(self, k) for k in range(len(equation.neurons))]
        states = [self.symbol("state", j) for j in range(len(equation.states))]
        vectors = [
            self.symbol("vector", i, vector.count * _UNITS, batched=False)
            for i, vector in enumerate(equation.vectors)
        ]
        following = call_step(equation, neurons, states, vectors)
        self._check_calls()
        return Symbolic(
            tuple(self.reads.values()),
            tuple(map(self.expression, following)),
            tuple(self._gates(equation, neurons, states, following)),
        )

    def _gates(self, equation, neurons, states, following):
        """(name, expression) of each gate with a value."""
        outputs = {n.name: s.symbol for n, s in zip(equation.neurons, neurons, strict=True)}
        before, after = (
            SimpleNamespace(**dict(zip(equation.states, values, strict=True)))
            for values in (states, following)
        )
        for gate in equation.gates:
            if gate.value is not None:
                value = gate_value(equation, gate, SimpleNamespace(**outputs), before, after)
                yield gate.name, self.expression(value)

    def _check_calls(self):
        for k, neuron in enumerate(self.equation.neurons):
            if k not in self.reads:
                raise StepError(f"step of {self.name} never calls its neuron {neuron.name!r}")
            read = self.reads[k]
            if read.parts and read.pre_activation is None:
                raise StepError(
                    f"step of {self.name} takes its neuron {neuron.name!r} in parts and never "
                    "calls its output"
                )

    def expression(self, value) -> Any:
        """The expression of a symbolic tensor; a plain number as it is."""
        if not isinstance(value, KerasTensor):
            return value
        if id(value) in self._expressions:
            return self._expressions[id(value)]
        self._tensors.append(value)
        operation, node_index, part = value._keras_history
        node = operation._inbound_nodes[node_index]
        given = (*node.arguments.args, *sorted(node.arguments.kwargs.items()))
        arguments = tuple(map(self._nested, given))
        found = Operation(operation_name(operation), settings(operation), arguments, part)
        return self._expressions.setdefault(id(value), found)

    def _nested(self, argument):
        if isinstance(argument, list | tuple):
            return tuple(map(self._nested, argument))
        return self.expression(argument)

    def note(self, k, **found):
        """Adds what was found of neuron k to its read."""
        self.reads[k] = self.reads.get(k, Read(k, parts=True, input=False))._replace(**found)


class _SymbolicNeuron(StepNeuron):
    """A neuron that notes what it is given."""

    def __init__(self, run: _Run, k: int):
        self._run, self._k = run, k
        self._answers: dict = {}

    def __call__(self, *vectors, gate=None, plus=None):
        run, k = self._run, self._k
        reads_input = run.equation.neurons[k].reads_input
        express = run.expression
        self._check_vectors(vectors)
        for value in (gate, plus):
            self._check_operand(value)
        given = tuple(map(express, vectors)), express(gate), express(plus)
        read = Read(k, *given, input=reads_input)
        if gate is not None and not vectors:
            raise StepError(
                f"step of {run.name} gives its neuron {self._name!r} a gate and no vector whose "
                "product it could multiply"
            )
        return self._once("call", given, "neuron", lambda: run.reads.setdefault(k, read))

    def input(self):
        if not self._run.equation.neurons[self._k].reads_input:
            raise StepError(
                f"step of {self._run.name} asks for the input product of its neuron "
                f"{self._name!r}, which has reads_input=False"
            )
        return self._once("input", (), "input", lambda: self._run.note(self._k, input=True))

    def product(self, *vectors):
        self._check_vectors(vectors)
        expressions = tuple(map(self._run.expression, vectors))
        if not vectors:
            raise StepError(
                f"step of {self._run.name} asks for a product of its neuron {self._name!r} with "
                "no vector"
            )
        note = lambda: self._run.note(self._k, vectors=expressions)  # noqa: E731
        return self._once("product", expressions, "product", note)

    def output(self, pre_activation):
        expression = self._run.expression(pre_activation)
        note = lambda: self._run.note(self._k, pre_activation=expression)  # noqa: E731
        return self._once("output", expression, "neuron", note)

    def _check_vectors(self, vectors):
        for vector in vectors:
            found = described(vector, (1, _UNITS))
            if found is not None:
                raise StepError(
                    f"step of {self._run.name} gives its neuron {self._name!r} a vector of "
                    f"{found}; expected (B, M)"
                )

    def _check_operand(self, value):
        """gate and plus are also what broadcasts to (B, M): a number, a vector of weights."""
        if value is None or isinstance(value, int | float):
            return
        shape = tuple(value.shape) if isinstance(value, KerasTensor) else None
        if shape not in ((), (1,), (_UNITS,), (1, 1), (1, _UNITS)):
            raise StepError(
                f"step of {self._run.name} gives its neuron {self._name!r} a gate or plus of "
                f"{described(value, (1, _UNITS))}; expected (B, M)"
            )

    @property
    def symbol(self):
        """The symbol of its output, once `step` has called it."""
        return self._answers["call" if "call" in self._answers else "output"][1]

    @property
    def _name(self):
        return self._run.equation.neurons[self._k].name

    def _once(self, way, given, kind, note):
        """The symbol for a call, which may be repeated only with what it was given before."""
        ways = {*self._answers, way}
        if "call" in ways and len(ways) > 1:
            raise StepError(
                f"step of {self._run.name} calls its neuron {self._name!r} whole and in parts; "
                "expected one of the two"
            )
        if way not in self._answers:
            note()
            self._answers[way] = given, self._run.symbol(kind, self._k)
        before, symbol = self._answers[way]
        if canonical(before) != canonical(given):
            raise StepError(
                f"step of {self._run.name} calls its neuron {self._name!r} twice in one step, "
                "with different arguments; expected one call. For the same weights on another "
                f"vector declare a second neuron, Neuron(..., weights_of={self._name!r})"
            )
        return symbol
