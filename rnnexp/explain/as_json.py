"""What `rnnexp explain --json` prints."""

from typing import Any

from rnnexp.explain.comparison import ratio_in_letters
from rnnexp.explain.explanation import Explanation, Sizes


def as_json(
    unit: Explanation, simple: Explanation, other: Explanation | None, sizes: Sizes | None
) -> dict[str, Any]:
    """Returns a unit beside others; see `board` for the arguments.

    Returns:
        A dictionary with the keys unit, simple and, if asked for, beside. Each is an explanation
        with its ratios to SimpleRNN, and the numbers for D and M if they are given.
    """
    units = {"unit": unit, "simple": simple} | ({} if other is None else {"beside": other})
    return {name: _one(one, simple, sizes) for name, one in units.items()}


def _one(unit: Explanation, simple: Explanation, sizes: Sizes | None) -> dict[str, Any]:
    ratios = {
        "parameters": ratio_in_letters(unit.parameters, simple.parameters),
        "products": ratio_in_letters(unit.products, simple.products),
    }
    numbers: dict[str, Any] = {}
    if sizes is not None:
        numbers = {
            "inputs": sizes.inputs,
            "units": sizes.units,
            "parameters": unit.parameters.at(*sizes),
            "products": unit.products.at(*sizes),
            "multiplications": unit.multiplications.at(*sizes),
            "weights": {weight.name: weight.number(sizes) for weight in unit.weights},
        }
    found = unit.as_json() | {"ratios": ratios}
    return found | ({"numbers": numbers} if numbers else {})
