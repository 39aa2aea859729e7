"""Algebra on the expressions of a step: replace, differentiate, evaluate."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnnexp.engine.expressions import Operation, Symbol, canonical

Value = Any  # an Expression or a plain number


class Unknown(ValueError):
    """An operation whose derivative or value is not known here."""


_FUNCTIONS: dict[str, Callable] = {
    "Add": np.add,
    "Subtract": np.subtract,
    "Multiply": np.multiply,
    "Divide": np.divide,
    "TrueDivide": np.divide,
    "Negative": np.negative,
    "Exp": np.exp,
    "Log": np.log,
    "Sqrt": np.sqrt,
    "Rsqrt": lambda a: 1 / np.sqrt(a),
    "Square": np.square,
    "Power": np.power,
    "Absolute": np.abs,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Cos": np.cos,
    "Sin": np.sin,
    "Sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "σ": lambda a: 1 / (1 + np.exp(-a)),
    "LogSigmoid": lambda a: -np.logaddexp(0, -a),
    "Softplus": lambda a: np.logaddexp(0, a),
    "Tanh": np.tanh,
    "tanh": np.tanh,
    "Relu": lambda a: np.maximum(a, 0),
    "relu": lambda a: np.maximum(a, 0),
    "linear": lambda a: a,
}


def replaced(value: Value, new: Mapping[str, Value]) -> Value:
    """Returns a value with parts of it replaced, and simplified.

    Args:
        value: An expression or a number.
        new: By the `key` of a part, what stands in its place.
    """
    if isinstance(value, Symbol | Operation) and key(value) in new:
        return new[key(value)]
    if isinstance(value, Operation):
        arguments = tuple(_in_argument(argument, new) for argument in value.arguments)
        return _simplified(value._replace(arguments=arguments))
    return value


def _in_argument(argument: Any, new: Mapping[str, Value]) -> Any:
    if type(argument) is tuple:
        return tuple(_in_argument(part, new) for part in argument)
    return replaced(argument, new)


def key(value: Value) -> str:
    """Returns a text that is the same for equal expressions."""
    return repr(canonical(value))


def depends(value: Value, symbol: Symbol) -> bool:
    """Whether a symbol is part of a value."""
    if type(value) is tuple:
        return any(depends(part, symbol) for part in value)
    if isinstance(value, Operation):
        return depends(value.arguments, symbol)
    return value == symbol


def derivative(value: Value, symbol: Symbol) -> Value:
    """Returns the derivative of an elementwise expression with respect to a symbol.

    The derivative of another function of one argument than those of arithmetic is written f'(a).

    Raises:
        Unknown: The symbol is in an operation that is not known to be elementwise.
    """
    if value == symbol:
        return 1
    if not depends(value, symbol):
        return 0
    name, arguments = value.name, value.arguments
    slopes = [derivative(a, symbol) for a in arguments if type(a) is not tuple]
    if name == "Add":
        return add(*slopes)
    if name == "Subtract":
        return subtract(*slopes)
    if name == "Negative":
        return subtract(0, slopes[0])
    if name == "Multiply":
        a, b = arguments
        return add(multiply(slopes[0], b), multiply(a, slopes[1]))
    if name in ("Divide", "TrueDivide") and not depends(arguments[1], symbol):
        return divide(slopes[0], arguments[1])
    if name == "Square":
        return multiply(multiply(2, arguments[0]), slopes[0])
    known = name in _FUNCTIONS or name[0].islower()  # the name of an activation, not of a class
    if len(arguments) == 1 and not value.settings and known:
        return multiply(_slope(value), slopes[0])
    raise Unknown(f"the derivative of {name}")


def _slope(value: Operation) -> Value:
    """The derivative of a function of one argument with respect to it."""
    if value.name == "linear":
        return 1
    if value.name == "Exp":
        return value
    if value.name in ("Tanh", "tanh"):
        return subtract(1, Operation("Square", (), (value,), 0))
    return Operation(f"{value.name}'", (), value.arguments, 0)


def evaluated(value: Value, leaves: Callable[[Symbol], np.ndarray]) -> Any:
    """Returns the number that an elementwise expression is, with numbers for its symbols.

    Raises:
        Unknown: An operation is not elementwise, or not known here.
    """
    if isinstance(value, Symbol):
        return leaves(value)
    if not isinstance(value, Operation):
        return value
    if value.name not in _FUNCTIONS or value.settings:
        raise Unknown(f"the value of {value.name}")
    return _FUNCTIONS[value.name](*(evaluated(a, leaves) for a in value.arguments))


def factors(value: Value) -> list[Value]:
    """Returns the factors of a product."""
    if isinstance(value, Operation) and value.name == "Multiply":
        return [factor for argument in value.arguments for factor in factors(argument)]
    return [value]


def product(values: list[Value]) -> Value:
    """Returns the product of values; 1 of none."""
    found: Value = 1
    for value in values:
        found = multiply(found, value)
    return found


def _simplified(operation: Operation) -> Value:
    simple = {
        "Add": add,
        "Subtract": subtract,
        "Multiply": multiply,
        "Divide": divide,
        "TrueDivide": divide,
    }
    if operation.name in simple:
        found = simple[operation.name](*operation.arguments)
        same = isinstance(found, Operation) and found.arguments == operation.arguments
        return operation if same else found
    plain = all(isinstance(a, int | float) for a in operation.arguments)
    if plain and operation.name in _FUNCTIONS and not operation.settings:
        return _FUNCTIONS[operation.name](*map(float, operation.arguments)).item()
    return operation


def add(a: Value, b: Value) -> Value:
    """Returns a + b."""
    if _is(a, 0) or _is(b, 0):
        return b if _is(a, 0) else a
    if isinstance(b, Operation) and b.name == "Negative":
        return subtract(a, b.arguments[0])
    if isinstance(a, Operation) and a.name == "Negative":
        return subtract(b, a.arguments[0])
    return _operation("Add", a, b)


def subtract(a: Value, b: Value) -> Value:
    """Returns a - b."""
    if _is(b, 0):
        return a
    if _is(a, 0) and not _is_number(b):
        return Operation("Negative", (), (b,), 0)
    if key(a) == key(b):
        return 0
    return _operation("Subtract", a, b)


def multiply(a: Value, b: Value) -> Value:
    """Returns a ⊙ b."""
    if _is(a, 0) or _is(b, 0):
        return 0
    if _is(a, 1) or _is(b, 1):
        return b if _is(a, 1) else a
    if _is(a, -1) or _is(b, -1):
        return subtract(0, b if _is(a, -1) else a)
    return _operation("Multiply", a, b)


def divide(a: Value, b: Value) -> Value:
    """Returns a / b."""
    return a if _is(b, 1) else 0 if _is(a, 0) else _operation("TrueDivide", a, b)


def _operation(name: str, a: Value, b: Value) -> Value:
    if _is_number(a) and _is_number(b):
        return _FUNCTIONS[name](a, b).item()
    return Operation(name, (), (a, b), 0)


def _is(value: Value, number: float) -> bool:
    return _is_number(value) and value == number


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
