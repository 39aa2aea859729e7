"""How a step makes the new memory from the old one."""

from itertools import combinations
from typing import Any

import numpy as np

from rnnexp.engine.expressions import Symbol
from rnnexp.engine.symbols import symbolic
from rnnexp.explain.algebra import (
    Unknown,
    add,
    depends,
    derivative,
    factors,
    product,
    replaced,
    subtract,
)
from rnnexp.explain.step_expressions import Parts, StepExpressions, terms


def keeps(step: StepExpressions) -> str:
    """Returns ∂memory_t/∂memory_{t-1} as a text, with the neurons held constant.

    "" if the derivative of an operation is not known.
    """
    j = step.equation.memory_index
    following = symbolic(step.equation).following[j]
    try:
        found = derivative(replaced(following, step.gates_apart_from(j)), Symbol("state", j))
    except Unknown:
        return ""
    return f"{found:.4g}" if isinstance(found, int | float) else step.text(found)


def convex_weights(step: StepExpressions, parts: Parts) -> tuple[Any, Any] | None:
    """Returns the weight of the new part and what it multiplies, if the memory is a mixture.

    The memory is a mixture if the new part is (1 - w) ⊙ a for the weight w of the old memory. That
    is tested with random numbers, so that it is recognized however it is written.
    """
    if parts.weight is None or isinstance(parts.weight, int | float):
        return None
    among = factors(parts.new)
    try:
        rest = 1 - step.sampled(parts.weight)
        for n in range(1, len(among)):
            for chosen in combinations(range(len(among)), n):
                weight = product([among[i] for i in chosen])
                if np.allclose(step.sampled(weight), rest, rtol=1e-9, atol=1e-12):
                    others = [a for i, a in enumerate(among) if i not in chosen]
                    return weight, product(others)
    except Unknown:
        return None
    return None


def mixture(step: StepExpressions) -> tuple[str, bool]:
    """Returns a sentence about the old and the new part of the memory.

    Returns:
        The sentence, and whether the memory is a convex combination of the old and something new.
    """
    j = step.equation.memory_index
    name = step.equation.states[j]
    old, now, parts = f"{name}_{{t-1}}", f"{name}_t", step.parts(j)
    if not depends(parts.old, Symbol("state", j)):
        return (
            f"{now} is new in every step: {old} enters it only through the neurons.",
            False,
        )
    both = convex_weights(step, parts)
    if both is not None:
        return _convex(step, parts, both, step.next_text(j))
    shown = step.next_text(j)
    if parts.weight == 1:
        return f"{shown}: all of {old} is kept, and something is added to it.", False
    if isinstance(parts.weight, int | float):
        share = f"{parts.weight:.4g}"
        return f"{shown}: a fixed share of {old}, {share}, is kept, whatever the input.", False
    if parts.new == 0:
        return f"{shown}: this is no sum of an old and a new part.", False
    return _free(step, parts, shown), False


def _convex(step: StepExpressions, parts: Parts, both: tuple, shown: str) -> tuple[str, bool]:
    weight, new = both
    name = step.equation.states[step.equation.memory_index]
    kept, given, target = step.text(parts.weight), step.text(weight), step.text(new)
    sampled = step.sampled(parts.weight)
    if not np.all((sampled >= 0) & (sampled <= 1)):
        return f"{shown}: the weights {kept} and {given} sum to 1, but may leave 0 to 1.", False
    inside = f"{parts.function} of " if parts.function else ""
    between = "" if parts.function else f", and {name}_t lies between {name}_{{t-1}} and {target}"
    return (
        f"{shown} is {inside}a convex combination: the weights {kept} and {given} sum to 1"
        f"{between}.",
        True,
    )


def _free(step: StepExpressions, parts: Parts, shown: str) -> str:
    others, new = _of_other_states(step, parts.new)
    past = f"{step.text(parts.old)} comes"
    if others != 0:
        past = f"{step.text(parts.old)} and {step.text(others)} come"
    told = f"{shown}: {past} from the past, {step.text(new)} is new."
    gates = _gates_in(step, parts.old), _gates_in(step, parts.new)
    symbols = [[step.gate_symbol(name) for name in names] for names in gates]
    one, other = (set().union(*map(step.neurons_in, found)) for found in symbols)
    if one and other and not one & other:
        names = " and ".join(name for found in gates for name in found)
        return f"{told} {names} are free of each other: nothing makes them sum to 1."
    return f"{told} Nothing makes the weights sum to 1."


def _of_other_states(step: StepExpressions, value: Any) -> tuple[Any, Any]:
    """Returns the terms of a sum that read a state from before the step, and the rest."""
    before = [Symbol("state", k) for k in range(len(step.equation.states))]
    others: Any = 0
    new: Any = 0
    for sign, term in terms(value):
        join = add if sign > 0 else subtract
        if any(depends(term, symbol) for symbol in before):
            others = join(others, term)
        else:
            new = join(new, term)
    return others, new


def _gates_in(step: StepExpressions, value: Any) -> list[str]:
    gates = [gate.name for gate in step.equation.gates]
    return [name for name in gates if depends(value, step.gate_symbol(name))]
