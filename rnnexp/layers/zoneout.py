"""The argument `zoneout`: how it is checked, and what it draws."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from rnnexp.equations import Equation
from rnnexp.layers.argument_names import meant


def checked(zoneout, equation: type[Equation]) -> Any:
    """Checks the argument of a cell.

    Args:
        zoneout: A probability for every state, or a dict by state.
        equation: The class of the equation.

    Returns:
        The argument with plain numbers, a dict without zeros.

    Raises:
        ValueError: A probability is not in 0 to 1, or a key is not the name of a state.
    """
    if not isinstance(zoneout, Mapping):
        return _probability("zoneout", zoneout)
    for name in zoneout:
        if name not in equation.states:
            raise ValueError(
                f"zoneout has the key {name!r}; {meant(name, equation.states)}expected a state of "
                f"{equation.__name__}: {', '.join(equation.states)}"
            )
    found = {name: _probability(f"zoneout[{name!r}]", p) for name, p in zoneout.items()}
    return {name: p for name, p in found.items() if p}


def rates(zoneout, equation: type[Equation]) -> tuple[float, ...]:
    """Returns the probability of each state, from a checked argument."""
    if isinstance(zoneout, Mapping):
        return tuple(zoneout.get(name, 0.0) for name in equation.states)
    return (zoneout,) * len(equation.states)


def shares(cell, shape, training) -> tuple[Any, ...] | None:
    """Returns the share of each old state that is kept, or None for a state without zoneout.

    In training it is 1 with the probability of the state and else 0, drawn for each entry. In
    prediction it is the probability, which is the mean.

    Args:
        cell: The cell.
        shape: The shape of a share, such as (B, T, M).
        training: Whether to draw.

    Returns:
        One for each state; None if no state has zoneout.
    """
    probabilities = rates(cell.zoneout, cell.equation_class)
    if not any(probabilities):
        return None
    return tuple(_share(cell, p, shape, training) if p else None for p in probabilities)


def _share(cell, p, shape, training):
    if not training:
        return ops.full(shape, p, dtype=cell.compute_dtype)
    drawn = keras.random.uniform(shape, dtype="float32", seed=cell.seed_generator)
    return ops.cast(drawn < p, cell.compute_dtype)


def _probability(name, p) -> float:
    if isinstance(p, bool) or not isinstance(p, int | float) or not 0 <= p <= 1:
        raise ValueError(f"{name} is {p!r}; expected a probability, 0 to 1")
    return float(p)
