"""From an equation to its explanation."""

import inspect
import re
from collections.abc import Sequence
from typing import Any

import keras

from rnnexp.diagnostics.formula import Formula
from rnnexp.engine.affine import affine_states
from rnnexp.engine.symbols import Read
from rnnexp.engine.weights import layout
from rnnexp.equations import Equation, Vector
from rnnexp.explain import counting, gates, memory
from rnnexp.explain.definitions import definitions
from rnnexp.explain.explanation import Explanation, Gate, Neuron, Weight
from rnnexp.explain.step_expressions import StepExpressions

_YEAR = re.compile(r"\b(19[4-9]\d|20\d\d)\b(?!\.\d)")


def explanation(equation: Equation, name: str = "", models: Sequence[str] = ()) -> Explanation:
    """Explains an equation.

    Args:
        equation: Any equation.
        name: How it is called; the name of its class by default.
        models: The names of its YAML files.

    Raises:
        ValueError: The equation does not follow the contract of `Equation`.
    """
    biases = layout(equation).biases
    step = StepExpressions(equation, Formula(equation, biases))
    sentence, convex = memory.mixture(step)
    lines = tuple(f"{name} = {text}" for name, text in step.formula.lines.items())
    return Explanation(
        name=name or type(equation).__name__,
        models=tuple(models),
        citation=_first_paragraph(type(equation)),
        year=_year(type(equation)),
        purpose=equation.purpose,
        pitfalls=equation.pitfalls,
        equations=lines,
        definitions=definitions(equation, lines),
        states=tuple(equation.states),
        memory=equation.states[equation.memory_index],
        neurons=tuple(_neuron(step, read, biases) for read in step.reads),
        gates=tuple(Gate(g.name, g.role, gates.meaning(step, g)) for g in equation.gates),
        vectors=tuple(_vector(vector) for vector in _every_vector(equation)),
        mixture=sentence,
        convex=convex,
        keeps=memory.keeps(step),
        parallel=bool(affine_states(equation)),
        parameters=counting.parameters(equation),
        products=counting.products(equation),
        elementwise=counting.elementwise(equation),
    )


def _first_paragraph(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())


def _year(kind: type) -> int:
    """The first year in the citation, or in that of the equation that this one varies."""
    for base in kind.__mro__:
        found = _YEAR.search(_first_paragraph(base)) if issubclass(base, Equation) else None
        if found:
            return int(found[1])
    return 0


def _neuron(step: StepExpressions, read: Read, biases: int) -> Neuron:
    neuron, formula, k = step.equation.neurons[read.neuron], step.formula, read.neuron
    reads = tuple(step.text(vector) for vector in read.vectors)
    weights = []
    if neuron.weights_of is None:
        if read.input:
            weights.append(Weight(formula.input_matrix(k), "D×M", "x_t"))
        weights += [
            Weight(formula.recurrent_matrix(k, j), "M×M", vector) for j, vector in enumerate(reads)
        ]
    weights.append(Weight(formula.bias(k), "M"))
    if biases == 2:
        weights.append(Weight(formula.bias(k, recurrent=True), "M"))
    return Neuron(
        name=neuron.name,
        role=neuron.role,
        activation=_name(neuron.activation),
        reads=(*(["x_t"] if read.input else []), *reads),
        weights=tuple(weights),
        weights_of=neuron.weights_of or "",
        factor=_text(step, read.gate),
        added=_text(step, read.plus),
        pre_activation=_text(step, read.pre_activation),
    )


def _text(step: StepExpressions, value: Any) -> str:
    return "" if value is None else step.text(value)


def _name(activation: Any) -> str:
    if activation is keras.activations.sigmoid:
        return "σ"
    return getattr(activation, "__name__", type(activation).__name__)


def _every_vector(equation: Equation) -> list[Vector]:
    learned = [start for start in equation.initial.values() if isinstance(start, Vector)]
    return [*equation.vectors, *learned]


def _vector(vector: Vector) -> Weight:
    return Weight(vector.name, "M" if vector.count == 1 else f"{vector.count}M")
