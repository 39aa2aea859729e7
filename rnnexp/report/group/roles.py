"""The roles of the factors of a section: what the x axis shows, and what colours tell apart."""

from collections.abc import Mapping, Sequence
from typing import Any

MATCHED = "matched_"
"""With this, the name of a factor begins that stands for the size of matched groups."""
_SIZES = {"units", "depth", "state", "model.units", "model.depth", "model.state"}
_SIZES |= {"model.parameters"}


def is_size(factor: str) -> bool:
    """Whether a factor decides about the size of the model, under any name that it has."""
    return factor in _SIZES or factor.startswith(MATCHED)


def axis_factor(values: Mapping[str, Sequence[Any]]) -> str | None:
    """The factor on the x axis.

    The length of the task; otherwise the numeric factor with the most values, three at least.

    Args:
        values: The values of each factor, one for each group.
    """
    n_values = {name: len(set(v)) for name, v in values.items() if all(map(_is_drawable, v))}
    if "length" in n_values:
        return "length"
    best = max(n_values, key=lambda name: n_values[name], default=None)
    return best if best and n_values[best] >= 3 else None


def hue_factor(factors: Sequence[str], axis: str | None) -> str | None:
    """The factor that is shown by colour: the unit, or else the first one off the axis."""
    free = [name for name in factors if name != axis]
    return "unit" if "unit" in free else next(iter(free), None)


def _is_drawable(value: Any) -> bool:
    """Whether the value is a number that has a place on an axis."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (value == 0 or 1e-30 < abs(value) < 1e30)
