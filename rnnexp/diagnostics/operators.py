"""Formats the operations of `keras.ops` in a formula."""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

from keras.src.utils.naming import to_snake_case

from rnnexp.engine.expressions import Operation

COMPARED, SUM, PRODUCT, POWER, WHOLE = range(5)  # operator precedence

_SIGNS = {
    "Add": ("+", SUM),
    "Subtract": ("-", SUM),
    "Multiply": ("⊙", PRODUCT),
    "TrueDivide": ("/", PRODUCT),
    "Divide": ("/", PRODUCT),
    "Greater": (">", COMPARED),
    "GreaterEqual": ("≥", COMPARED),
    "Less": ("<", COMPARED),
    "LessEqual": ("≤", COMPARED),
}
_FUNCTIONS = {
    "Exp": "exp",
    "Log": "log",
    "LogSigmoid": "log σ",
    "Sigmoid": "σ",
    "Maximum": "max",
    "Minimum": "min",
    "Sqrt": "√",
    "Absolute": "abs",
}


@dataclass(frozen=True)
class Text:
    """A text and its operator precedence."""

    text: str
    firmness: int = WHOLE

    def inside(self, firmness: int) -> str:
        """Returns the text, in parentheses if the surrounding operator has higher precedence."""
        return self.text if self.firmness >= firmness else f"({self.text})"


def joined(left: Text, sign: str, right: Text, firmness: int) -> Text:
    """Joins two texts with an operator sign."""
    after = firmness + (sign in "-/")  # a - (b + c)
    return Text(f"{left.inside(firmness)} {sign} {right.inside(after)}", firmness)


def summed(terms: list[Text]) -> Text:
    """Joins texts to a sum."""
    total = terms[0]
    for term in terms[1:]:
        total = joined(total, "+", term, SUM)
    return total


def constant(value: Any) -> Text:
    """Formats a number, or an array as its shape."""
    if isinstance(value, bool | str):
        return Text(str(value))
    if isinstance(value, Real):
        return Text(f"{value:g}", SUM if value < 0 else WHOLE)
    return Text(f"constant{tuple(getattr(value, 'shape', ()))}")


def applied(operation: Operation, text: Callable[[Any], Text]) -> Text:
    """Formats an operation.

    Args:
        operation: Any operation. An operation without a symbol is written as a function.
        text: A function that formats an argument.
    """
    name, arguments = operation.name, operation.arguments
    if name in _SIGNS:
        return _infix(operation, text)
    if name == "Negative":
        return Text(f"-{text(arguments[0]).inside(POWER)}", SUM)
    if name == "Square":
        return _squared(text(arguments[0]))
    if name == "Power":
        base, exponent = (text(argument) for argument in arguments)
        if exponent.text == "2":
            return _squared(base)
        return Text(f"{base.inside(WHOLE)}^{exponent.inside(WHOLE)}", POWER)
    if name == "Rsqrt":
        return Text(f"1 / √({text(arguments[0]).text})", PRODUCT)
    if name == "Split":
        number = dict(operation.settings)["indices_or_sections"]
        return Text(f"split({text(arguments[0]).text}, {number})[{operation.part}]")
    return _function(operation, text)


def _squared(base: Text) -> Text:
    return Text(f"{base.inside(WHOLE)}²", POWER)


def _infix(operation, text) -> Text:
    sign, firmness = _SIGNS[operation.name]
    left, right = operation.arguments
    if sign == "⊙" and isinstance(left, Real) and left == 1:  # a factor such as a time step
        return text(right)
    if sign == "⊙" and isinstance(right, Operation) and right.name == "Rsqrt":
        root = Text(f"√({text(right.arguments[0]).text})")
        return joined(text(left), "/", root, PRODUCT)
    return joined(text(left), sign, text(right), firmness)


def _function(operation, text) -> Text:
    plain = operation.name.rstrip("'")
    prime = operation.name.removeprefix(plain)  # of a derivative
    name = (_FUNCTIONS.get(plain) or to_snake_case(plain)) + prime
    numbers = [
        f"{setting}={value:g}"
        for setting, value in operation.settings
        if type(value) in (int, float) and setting != "axis"
    ]
    arguments = ", ".join([*_arguments(operation.arguments, text), *numbers])
    part = f"[{operation.part}]" if operation.part else ""
    return Text(f"{name}({arguments}){part}")


def _arguments(arguments, text):
    """Yields the texts of arguments, including those in lists; named arguments have their name."""
    for argument in arguments:
        if type(argument) is not tuple:
            if argument is not None:
                yield text(argument).text
        elif len(argument) == 2 and isinstance(argument[0], str):
            name, value = argument
            if value is not None:
                yield f"{name}={', '.join(_arguments((value,), text))}"
        else:
            yield from _arguments(argument, text)
