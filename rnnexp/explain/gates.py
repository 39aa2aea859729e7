"""What a gate is for, and what its values 0 and 1 mean, in one sentence.

The sentence follows from the expressions of the step with 0 and 1 in place of the gate.
"""

from collections.abc import Callable, Iterator
from typing import Any

from rnnexp.engine.expressions import Symbol
from rnnexp.engine.symbols import Read
from rnnexp.equations import Gate
from rnnexp.explain.algebra import add, depends, key, multiply, replaced, subtract
from rnnexp.explain.memory import convex_weights
from rnnexp.explain.step_expressions import Parts, StepExpressions, terms

_LONGEST = 60  # characters


def meaning(step: StepExpressions, gate: Gate) -> str:
    """Returns the sentence about a gate; its own `meaning` if it has one."""
    if gate.meaning:
        return gate.meaning
    symbol = step.gate_symbol(gate.name)
    told = [*_in_states(step, gate.name, symbol), *_in_reads(step, gate.name, symbol)]
    if not told:
        return f"{gate.name} is a gate with the role {gate.role}; the equations show where it acts."
    return f"{gate.name} decides {', and '.join(told)}."


def _in_states(step: StepExpressions, name: str, symbol: Symbol) -> Iterator[str]:
    """Yields what a gate decides in the memory, or else in each other state."""
    memory = step.equation.memory_index
    touched = [j for j, value in enumerate(step.following) if depends(value, symbol)]
    for j in [memory] if memory in touched else touched:
        yield _in_state(step, name, symbol, j)


def _in_state(step: StepExpressions, name: str, symbol: Symbol, j: int) -> str:
    state, parts = step.equation.states[j], step.parts(j)
    both = convex_weights(step, parts)
    if both is not None:
        parts = _coupled(parts, symbol, Symbol("state", j), *both)

    def at(number: int) -> Parts:
        new = {key(symbol): number}
        return parts._replace(old=replaced(parts.old, new), new=replaced(parts.new, new))

    def shown(ends: Parts) -> str:
        total = step.text(add(ends.old, ends.new))
        return f"{state}_t = " + (f"{parts.function}({total})" if parts.function else total)

    before = Symbol("state", j)
    if depends(parts.old, symbol):
        of = f"how much of {state}_{{t-1}} is kept"
        gone = "erases it" if both is None else "replaces it"
        words: Callable[[Parts], str] = lambda ends: _kept(step, ends, before, gone)  # noqa: E731
    elif depends(parts.old, before):
        of = f"how much new is written into {state}"
        words = lambda ends: _written(step, ends.new)  # noqa: E731
    else:
        of = f"how much the output {state} shows" if j == 0 else f"the next {state}"
        words = lambda ends: "nothing" if ends.new == 0 else "all of it"  # noqa: E731
    ends = [f"{name} = {n} {words(at(n))}{_short(shown(at(n)))}" for n in (1, 0)]
    return f"{of}: {', '.join(ends)}"


def _coupled(parts: Parts, symbol: Symbol, before: Symbol, weight: Any, new: Any) -> Parts:
    """The parts of a mixture in terms of one of its weights, which the other one follows."""
    if symbol not in (parts.weight, weight):
        return parts
    other = subtract(1, symbol)
    kept, given = (symbol, other) if parts.weight == symbol else (other, symbol)
    return parts._replace(old=multiply(kept, before), new=multiply(given, new))


def _short(equation: str) -> str:
    """An equation in brackets; nothing if it is too long to be read within a sentence."""
    return f" ({equation})" if len(equation) <= _LONGEST else ""


def _kept(step: StepExpressions, ends: Parts, before: Symbol, gone: str) -> str:
    if ends.old == 0:
        return gone
    if ends.old == before:
        return f"keeps {ends.function} of it" if ends.function else "keeps all of it"
    return f"keeps {step.text(ends.old)}"


def _written(step: StepExpressions, new: Any) -> str:
    return "writes nothing" if new == 0 else f"writes {step.text(new)}"


def _in_reads(step: StepExpressions, name: str, symbol: Symbol) -> Iterator[str]:
    """Yields what a gate decides about what the neurons read."""
    for read in step.reads:
        neuron = step.equation.neurons[read.neuron].name
        for vector in read.vectors:
            if depends(vector, symbol):
                yield _ends(step, name, symbol, vector, f"{{}} {neuron} reads")
        if read.gate is not None and depends(read.gate, symbol):
            yield _factor(step, name, symbol, read, neuron)
        if read.plus is not None and depends(read.plus, symbol):
            yield _ends(step, name, symbol, read.plus, f"{{}} is added in {neuron}")
        if read.pre_activation is not None and depends(read.pre_activation, symbol):
            yield _in_parts(step, name, symbol, read, neuron)


def _in_parts(step: StepExpressions, name: str, symbol: Symbol, read: Read, neuron: str) -> str:
    """What a gate decides in the pre-activation of a neuron that is called in parts."""
    found = [term for _, term in terms(read.pre_activation) if depends(term, symbol)]
    one, zero = ([replaced(term, {key(symbol): number}) for term in found] for number in (1, 0))
    product = Symbol("product", read.neuron)
    if not any(zero) and all(depends(term, product) for term in one):
        return _reaches(name, _products(step, read), neuron, 1)
    return _ends(step, name, symbol, read.pre_activation, f"{{}} {neuron} is made of")


def _ends(step: StepExpressions, name: str, symbol: Symbol, value: Any, what: str) -> str:
    one, zero = (replaced(value, {key(symbol): number}) for number in (1, 0))
    if zero == 0:
        whole = what.format(f"how much of {step.text(one)}")
        return f"{whole}: {name} = 1 all of it, {name} = 0 nothing"
    if one == 0:
        whole = what.format(f"how much of {step.text(zero)}")
        return f"{whole}: {name} = 1 nothing, {name} = 0 all of it"
    return f"{what.format('what')}: {name} = 1 {step.text(one)}, {name} = 0 {step.text(zero)}"


def _factor(step: StepExpressions, name: str, symbol: Symbol, read: Read, neuron: str) -> str:
    one, zero = (replaced(read.gate, {key(symbol): number}) for number in (1, 0))
    if (one, zero) in ((1, 0), (0, 1)):
        return _reaches(name, _products(step, read), neuron, one)
    return (
        f"what multiplies the product {_products(step, read)} in {neuron}: {step.text(one)} at "
        f"{name} = 1, {step.text(zero)} at {name} = 0"
    )


def _products(step: StepExpressions, read: Read) -> str:
    return " + ".join(
        f"{step.text(vector)} {step.formula.recurrent_matrix(read.neuron, j)}"
        for j, vector in enumerate(read.vectors)
    )


def _reaches(name: str, products: str, neuron: str, whole: int) -> str:
    return (
        f"how much of the product {products} reaches {neuron}: {name} = {whole} all of it, "
        f"{name} = {1 - whole} nothing"
    )
