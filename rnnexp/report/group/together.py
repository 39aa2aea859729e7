"""Settings that change together: no difference can be credited to one of them alone."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rnnexp.report.group.values import partition


def changing_together(factors: pd.DataFrame) -> dict[str, list[str]]:
    """Divide factors into those that are compared and those that only change together with one.

    A factor changes together with an earlier one if each value of the earlier one occurs with a
    single value of it, such as `steps` that were chosen by `length`. This needs values that repeat:
    a random search, in which no value does, compares all that it searched.

    Args:
        factors: One row per run and one column per factor, each of which varies.

    Returns:
        The factors that are compared, each with those that change together with it.
    """
    parts = {name: partition(list(factors[name])) for name in factors}
    together: dict[str, list[str]] = {}
    for name, own in parts.items():
        leader = next((other for other in together if _determines(parts[other], own)), None)
        if leader is None:
            together[name] = []
        else:
            together[leader].append(name)
    return together


def names_together(together: dict[str, list[str]]) -> list[str]:
    """Texts such as "length with steps" for the factors with which others change."""
    return [f"{name} with {_listed(others)}" for name, others in together.items() if others]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _determines(parts: Sequence[Any], others: Sequence[Any]) -> bool:
    n_parts = len(set(parts))
    return n_parts <= len(parts) / 2 and len(set(zip(parts, others, strict=True))) == n_parts
