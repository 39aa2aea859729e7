"""How many weights a unit has, and how many multiplications a step takes."""

from typing import Any

from rnnexp.engine.expressions import Operation
from rnnexp.engine.symbols import Symbolic, symbolic
from rnnexp.engine.weights import layout
from rnnexp.equations import Equation, Vector
from rnnexp.explain.algebra import key, replaced
from rnnexp.explain.explanation import Count

_MULTIPLYING = ("Multiply", "Divide", "TrueDivide", "Square", "Power")


def parameters(equation: Equation) -> Count:
    """Returns the number of weights of a unit with biases."""
    stored = layout(equation)
    learned = [start for start in equation.initial.values() if isinstance(start, Vector)]
    biases = stored.biases * len(equation.neurons)
    own = sum(vector.count for vector in (*equation.vectors, *learned))
    return Count(len(stored.kernel), len(stored.recurrent_kernel), biases + own)


def products(equation: Equation) -> Count:
    """Returns the multiplications in the matrix products of a step. Equal products count once."""
    names = [neuron.name for neuron in equation.neurons]
    inputs, recurrent = set(), set()
    for read in symbolic(equation).reads:
        of = equation.neurons[read.neuron].weights_of
        owner = read.neuron if of is None else names.index(of)
        if read.input:
            inputs.add(owner)
        for position, vector in enumerate(read.vectors):
            recurrent.add((owner, position, key(vector)))
    return Count(len(inputs), len(recurrent))


def elementwise(equation: Equation) -> int:
    """Returns the other multiplications and divisions of a step, as a multiple of M.

    Equal expressions count once. Those inside activations and those by 1 do not count.
    """
    step = symbolic(equation)
    found: dict[str, int] = {}
    for value in _values(step):
        _count(replaced(value, {}), equation, found)
    return sum(found.values()) + sum(read.gate is not None for read in step.reads)


def _values(step: Symbolic) -> list[Any]:
    of_neurons = [(*r.vectors, r.gate, r.plus, r.pre_activation) for r in step.reads]
    return [*step.following, *(value for values in of_neurons for value in values)]


def _count(value: Any, equation: Equation, found: dict[str, int]) -> None:
    """Adds the multiplications of every operation that `found` does not have yet."""
    if isinstance(value, Operation):
        name = key(value)
        if name not in found:
            found[name] = _width(value, equation) if value.name in _MULTIPLYING else 0
            _count(value.arguments, equation, found)
    elif type(value) is tuple:
        for part in value:
            _count(part, equation, found)


def _width(value: Any, equation: Equation) -> int:
    """How many times M numbers a value has; 0 for one number for all units, such as a mean."""
    if type(value) is tuple:
        return max((_width(part, equation) for part in value), default=0)
    if not isinstance(value, Operation):
        symbol = getattr(value, "kind", "")
        if symbol == "vector":
            return equation.vectors[value.position].count
        return 1 if symbol else 0
    if value.name == "Concatenate":
        parts = value.arguments[0]
        return sum(_width(part, equation) for part in parts)
    if value.name == "Split":
        number = dict(value.settings)["indices_or_sections"]
        whole = _width(value.arguments, equation)
        return whole // number if isinstance(number, int) else 1
    if dict(value.settings).get("keepdims"):
        return 0
    return _width(value.arguments, equation)
