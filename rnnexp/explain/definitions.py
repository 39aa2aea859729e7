"""What stands in the printed equations of a unit beside its weights: functions and numbers."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rnnexp.equations import Equation

_SPLIT = "split(a, n)[k] is part k of n equal parts of a, counted from 0."
_CONCATENATE = "concatenate joins vectors to one."
_MEAN = "mean is over all numbers of a vector."
_SECOND = "W_h2 is the matrix of the second vector that a neuron reads."
_SHARED = "t1, t2, … are names for parts that occur more than once."


def definitions(equation: Equation, lines: Sequence[str]) -> tuple[str, ...]:
    """Returns sentences about what a reader of the equations cannot know.

    Args:
        equation: The equation.
        lines: Its printed equations.
    """
    text = "\n".join(lines)
    return (*_functions(equation, text), *_general(text), *_numbers(equation))


def _functions(equation: Equation, text: str) -> Iterator[str]:
    """Yields the documented functions of the unit itself: activations, and those of matrices."""
    called = {f for n in equation.neurons for f in (n.activation, n.recurrent) if f is not None}
    for function in sorted(called, key=_name):
        module = inspect.getmodule(function)
        of_keras = module is None or module.__name__.partition(".")[0] == "keras"
        told = (inspect.getdoc(function) or "").partition("\n")[0]
        if not of_keras and told and f"{_name(function)}(" in text:
            names = ", ".join(inspect.signature(function).parameters)
            yield f"{_name(function)}({names}) is {told.rstrip('.')}."


def _name(function: Callable) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _general(text: str) -> Iterator[str]:
    if "split(" in text:
        yield _SPLIT
    if "concatenate(" in text:
        yield _CONCATENATE
    if "mean(" in text:
        yield _MEAN
    if re.search(r"\bW_h2", text):
        yield _SECOND
    if re.search(r"^t1 = ", text, re.MULTILINE):
        yield _SHARED


def _numbers(equation: Equation) -> Iterator[str]:
    """Yields the numbers that are arguments of the layer."""
    fields = {field.name: getattr(equation, field.name) for field in dataclasses.fields(equation)}
    numbers = [f"{name} = {value:g}" for name, value in fields.items() if _is_number(value)]
    if numbers:
        told = " and ".join([", ".join(numbers[:-1]), numbers[-1]] if numbers[1:] else numbers)
        yield f"{told} {'are arguments' if numbers[1:] else 'is an argument'} of the layer."


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
