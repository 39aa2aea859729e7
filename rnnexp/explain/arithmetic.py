"""Reads printed equations as arithmetic on NumPy arrays.

This uses the text alone and nothing of the engine, so that a printed equation can be checked.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

_TOKEN = re.compile(
    r"\s*(log σ|\d[\d.]*(?:e[+-]?\d+)?|[^\W\d](?:(?!²)\w)*(?:\{t-1\})?'*|[-⊙/+^²√()\[\],=<>≤≥])"
)
_COMPARISONS = {
    ">": np.greater,
    "≥": np.greater_equal,
    "<": np.less,
    "≤": np.less_equal,
}


def _sigmoid(a: Any) -> Any:
    return 0.5 * (1 + np.tanh(a / 2))


def _extreme(of_two: Callable, of_one: Callable) -> Callable:
    """max(a, b) is elementwise; max(a) is over the units."""
    return lambda a, *b: of_two(a, *b) if b else of_one(a, axis=-1, keepdims=True)


FUNCTIONS: dict[str, Callable] = {
    "σ": _sigmoid,
    "log σ": lambda a: -np.logaddexp(0, -a),
    "√": np.sqrt,
    "abs": np.abs,
    "clip": lambda a, x_min, x_max: np.clip(a, x_min, x_max),
    "concatenate": lambda *parts: np.concatenate(parts, axis=-1),
    "cos": np.cos,
    "exp": np.exp,
    "linear": lambda a: a,
    "log": np.log,
    "max": _extreme(np.maximum, np.max),
    "mean": lambda a: np.mean(a, axis=-1, keepdims=True),
    "min": _extreme(np.minimum, np.min),
    "relu": lambda a: np.maximum(a, 0),
    "sin": np.sin,
    "softplus": lambda a: np.logaddexp(0, a),
    "softsign": lambda a: a / (1 + np.abs(a)),
    "split": lambda a, n: np.split(a, n, axis=-1),
    "sum": lambda a: np.sum(a, axis=-1, keepdims=True),
    "tanh": np.tanh,
    "where": np.where,
}


class NotArithmetic(ValueError):
    """A text that cannot be read, or a name in it that is not known."""


def evaluated_lines(
    lines: Iterable[str], values: Mapping[str, Any], functions: Mapping[str, Callable]
) -> dict[str, Any]:
    """Computes equations, each from the names before it.

    Args:
        lines: Such as "z = σ(x_t W_xz + h_{t-1} W_hz + b_z)".
        values: By name, the arrays that no line computes.
        functions: By name, functions beside `FUNCTIONS`.

    Returns:
        All arrays by name.

    Raises:
        NotArithmetic: A line cannot be read.
    """
    found = dict(values)
    for line in lines:
        name, _, text = line.partition(" = ")
        found[name] = evaluated(text, found, functions)
    return found


def evaluated(text: str, values: Mapping[str, Any], functions: Mapping[str, Callable]) -> Any:
    """Computes the right side of an equation; see `evaluated_lines`."""
    reader = _Reader(text, values, FUNCTIONS | dict(functions))
    found = reader.comparison()
    if reader.here:
        raise NotArithmetic(f"{text}: expected an operator before {reader.here!r}")
    return found


class _Reader:
    """Reads a text from left to right and computes it: a method for each precedence."""

    def __init__(self, text: str, values: Mapping[str, Any], functions: Mapping[str, Callable]):
        self._tokens = _TOKEN.findall(text)
        if "".join("".join(self._tokens).split()) != "".join(text.split()):
            raise NotArithmetic(f"{text}: expected names, numbers and the signs of the equations")
        self._values, self._functions, self._at = values, functions, 0

    @property
    def here(self) -> str:
        """The next token; "" at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *expected: str) -> str:
        token = self.here
        if expected and token not in expected:
            raise NotArithmetic(f"expected {' or '.join(expected)}, got {token or 'the end'!r}")
        self._at += 1
        return token

    def comparison(self) -> Any:
        found = self._sum()
        if self.here in _COMPARISONS:
            found = _COMPARISONS[self._take()](found, self._sum())
        return found

    def _sum(self) -> Any:
        found = self._product()
        while self.here in ("+", "-"):
            found = found + self._product() if self._take() == "+" else found - self._product()
        return found

    def _product(self) -> Any:
        negative = self.here == "-" and bool(self._take())
        found = self._matrix_product()
        while self.here in ("⊙", "/"):
            sign, other = self._take(), self._matrix_product()
            found = found * other if sign == "⊙" else found / other
        return -found if negative else found

    def _matrix_product(self) -> Any:
        """Two names side by side are a vector and a matrix."""
        found = self._power()
        while self.here and (self.here[0].isalpha() or self.here == "("):
            found = found @ self._power()
        return found

    def _power(self) -> Any:
        found = self._atom()
        while self.here in ("^", "²"):
            found = found**2 if self._take() == "²" else found ** self._atom()
        return found

    def _atom(self) -> Any:
        token = self._take()
        if token == "(":
            found = self.comparison()
            self._take(")")
        elif token and token[0].isdigit():
            found = float(token)
        elif self.here == "(" and token not in self._values:
            found = self._function(token)
        else:
            found = self._value(token)
        while self.here == "[":
            self._take()
            found = found[int(self._take())]
            self._take("]")
        return found

    def _function(self, name: str) -> Any:
        if name not in self._functions:
            raise NotArithmetic(f"the function {name} is not known")
        arguments, named = [], {}
        self._take("(")
        while True:
            if self._tokens[self._at + 1 : self._at + 2] == ["="]:
                key = self._take()
                self._take("=")
                named[key] = self.comparison()
            else:
                arguments.append(self.comparison())
            if self._take(",", ")") == ")":
                break
        if name == "split":
            arguments[1] = int(arguments[1])
        return self._functions[name](*arguments, **named)

    def _value(self, name: str) -> Any:
        if name not in self._values:
            raise NotArithmetic(f"{name or 'the end'!r} has no value")
        return self._values[name]
