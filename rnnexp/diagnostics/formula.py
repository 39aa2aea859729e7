"""Formats an equation as text, from its `step` run on symbols."""

from collections import Counter
from typing import Any

import keras

from rnnexp.diagnostics.operators import PRODUCT, WHOLE, Text, applied, constant, summed
from rnnexp.engine.expressions import Operation, Symbol, canonical
from rnnexp.engine.symbols import Read, symbolic
from rnnexp.equations import Equation

_LONG = 32  # characters; longer expressions that appear more than once get a separate line


def formula(equation: Equation, biases: int = 1) -> str:
    """Formats the computation of one step, with a line for each neuron, derived gate and state.

    ⊙ is the elementwise product. W_h2 multiplies the second vector that a neuron reads. Operations
    without a symbol are written as functions with their names in `keras.ops`.

    Args:
        equation: The equation of any unit.
        biases: The number of biases: 0, 1, or 2 with a second bias on the recurrent product.

    Returns:
        The lines, in which every name is defined before it is used.
    """
    return "\n".join(f"{name} = {text}" for name, text in Formula(equation, biases).lines.items())


class Formula:
    """The lines of a formula, and the texts of expressions and weights as they stand in it.

    Attributes:
        lines: The lines, by name. Each line comes after the lines that it uses.
    """

    def __init__(self, equation: Equation, biases: int = 1):
        self._equation, self._biases = equation, biases
        self._step = symbolic(equation)
        self._reads = {read.neuron: read for read in self._step.reads}
        self._names: dict[str, str] = {}
        self._shared: set[str] = set()
        self._written = 0
        self.lines: dict[str, str] = {}
        named = [
            *self._step.gates,
            *((f"{s}_t", e) for s, e in zip(equation.states, self._step.following, strict=True)),
        ]
        for name, value in named:
            if isinstance(value, Operation):
                self._names[_key(value)] = name
        self._find_what_is_shared([value for _, value in named])
        for read in self._step.reads:
            self._write_neuron(read)
        for name, value in named:
            self._write(name, value)

    def text(self, value: Any) -> str:
        """Returns the text of an expression of `step`, with the names of the formula."""
        return self._text(value).text

    def input_matrix(self, k: int) -> str:
        """Returns the name of the matrix (D, M) with which neuron k multiplies x_t."""
        return f"W_x{self._letter(self._owner(k))}"

    def recurrent_matrix(self, k: int, position: int) -> str:
        """Returns the name of the weight (M, M) for a vector that neuron k reads."""
        return f"W_h{position + 1 if position else ''}{self._letter(self._owner(k))}"

    def bias(self, k: int, recurrent: bool = False) -> str:
        """Returns the name of the bias of neuron k, or of its bias on the recurrent product."""
        letter = self._letter(k).removeprefix("_")
        name = "b_h" if recurrent else "b_"
        return f"{name}{letter}" if letter else name.removesuffix("_")

    def _find_what_is_shared(self, values):
        """Finds long unnamed expressions that appear more than once, to name them t1, t2, …"""
        for read in self._step.reads:
            values += [*read.vectors, read.gate, read.plus, read.pre_activation]
        uses: Counter = Counter()
        operations: dict[str, Operation] = {}
        for value in values:
            _count(value, uses, operations)
        several = [key for key, n in uses.items() if n > 1 and key not in self._names]
        for key in sorted(several, key=len):  # an expression comes after its parts
            if len(self._text(operations[key], write=False).text) > _LONG:
                self._shared.add(key)

    def _write_shared(self, value) -> str:
        """Writes the line of a shared expression and returns its name."""
        text = self._text(value, by_name=False).text
        name = f"t{1 + self._written}"
        self._written += 1
        self.lines[name] = text
        return name

    def _write(self, name: str, value):
        if name not in self.lines:
            self.lines[name] = self._text(value, by_name=False).text

    def _write_neuron(self, read: Read):
        neuron = self._equation.neurons[read.neuron]
        if neuron.name not in self.lines:
            terms = summed(self._in_parts(read) if read.parts else self._terms(read))
            linear = neuron.activation is keras.activations.linear
            text = terms.text if linear else f"{_name_of(neuron.activation)}({terms.text})"
            self.lines[neuron.name] = text

    def _text(self, value: Any, by_name=True, write=True) -> Text:
        """Returns the text of a value. With `write`, adds the lines of the names in it."""
        if isinstance(value, Symbol):
            return self._symbol(value, write)
        if not isinstance(value, Operation):
            return constant(value)
        key = _key(value)
        if not by_name or key not in (self._names.keys() | self._shared):
            return applied(value, lambda argument: self._text(argument, write=write))
        if not write:
            return Text("name")
        if key not in self._names:
            self._names[key] = self._write_shared(value)
        self._write(self._names[key], value)
        return Text(self._names[key])

    def _symbol(self, symbol: Symbol, write) -> Text:
        kind, i = symbol
        if kind == "state":
            return Text(f"{self._equation.states[i]}_{{t-1}}")
        if kind == "vector":
            return Text(self._equation.vectors[i].name)
        if kind == "input":
            return self._input(i)
        if kind == "product":
            return summed(self._products(self._reads[i], write))
        if write:
            self._write_neuron(self._reads[i])
        return Text(self._equation.neurons[i].name)

    def _in_parts(self, read: Read) -> list[Text]:
        return [self._text(read.pre_activation), *self._bias(read.neuron)]

    def _terms(self, read: Read) -> list[Text]:
        """Returns the terms of the sum that is a neuron's pre-activation."""
        k = read.neuron
        from_input = [self._input(k)] if read.input else []
        recurrent = self._products(read) if read.vectors else []
        if recurrent and self._biases == 2:
            recurrent += self._bias(k, recurrent=True)
        if read.gate is not None:
            gate = self._text(read.gate).inside(PRODUCT)
            recurrent = [Text(f"{gate} ⊙ ({summed(recurrent).text})", PRODUCT)]
        plus = [] if read.plus is None else [self._text(read.plus)]
        bias = self._bias(k)
        if read.gate is not None or self._biases == 2:
            return [*from_input, *bias, *recurrent, *plus]
        return [*from_input, *recurrent, *plus, *bias]

    def _input(self, k) -> Text:
        return Text(f"x_t {self.input_matrix(k)}", PRODUCT)

    def _products(self, read: Read, write=True) -> list[Text]:
        """Returns v W_h for each vector that a neuron reads."""
        derived = self._equation.neurons[read.neuron].recurrent
        found = []
        for j, vector in enumerate(read.vectors):
            matrix = self.recurrent_matrix(read.neuron, j)
            if derived is not None:
                matrix = f"{_name_of(derived)}({matrix})"
            v = self._text(vector, write=write).inside(WHOLE)
            found.append(Text(f"{v} {matrix}", PRODUCT))
        return found

    def _bias(self, k, recurrent=False) -> list[Text]:
        return [Text(self.bias(k, recurrent))] if self._biases else []

    def _owner(self, k) -> int:
        """Returns the neuron whose matrices neuron k uses."""
        names = [neuron.name for neuron in self._equation.neurons]
        other = self._equation.neurons[k].weights_of
        return k if other is None else names.index(other)

    def _letter(self, k) -> str:
        """Returns the suffix of a neuron's weights: none for a single neuron, a letter, a name.

        The letter is that of a name of one letter, or the first if no other name starts with it.
        """
        names = [neuron.name for neuron in self._equation.neurons]
        if len(names) == 1:
            return ""
        letter = names[k][0]
        alone = names[k] == letter or sum(name.startswith(letter) for name in names) == 1
        taken = f"b_{letter}" in [vector.name for vector in self._equation.vectors]
        return letter if alone and not taken else f"_{names[k]}"


def _count(value, uses: Counter, operations: dict[str, Operation]):
    """Counts the places in which each operation is used."""
    if isinstance(value, Operation):
        key = _key(value)
        operations[key] = value
        uses[key] += 1
        if uses[key] == 1:
            _count(value.arguments, uses, operations)
    elif type(value) is tuple:
        for part in value:
            _count(part, uses, operations)


def _key(value: Operation) -> str:
    """Returns a key that is equal for equal operations; arguments may be unhashable arrays."""
    return repr(canonical(value))


def _name_of(function: Any) -> str:
    if function is keras.activations.sigmoid:
        return "σ"
    return getattr(function, "__name__", type(function).__name__)
