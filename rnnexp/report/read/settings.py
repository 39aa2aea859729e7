"""The settings in a config as values that can be compared, sorted and drawn."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from rnnexp.report.text import SHORT, plain
from rnnexp.runs.folder import CONFIG

SECTIONS = ("model", "task", "trainer")
"""By which a config.yaml is known for one of ours."""

_MOST = 1000  # settings of one run, which has a few dozen
_LARGEST = 2**63
_ABSENT = object()


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _whole_or_none(value: Any) -> bool:
    return value is None or _whole(value)


def _name(value: Any) -> bool:
    return isinstance(value, str)


def _mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys((*SECTIONS, "model.layer", "optimizer"), (_mapping, "settings by name")),
    "seed": (_whole, "a whole number"),
    "model.units": (_whole, "a whole number"),
    "model.depth": (_whole, "a whole number"),
    "model.layer._target_": (_name, "the name of a class"),
    "task._target_": (_name, "the name of a class"),
    "task.length": (_whole, "a whole number"),
    "trainer.epochs": (_whole_or_none, "a whole number or null"),
    "trainer.steps": (_whole_or_none, "a whole number or null"),
    "trainer.batch_size": (_whole, "a whole number"),
}
"""What is known of every run, where its config has it."""


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted key: numbers, words, None; a list becomes its text.

    Raises ValueError where no run can have had that config.
    """
    if "seed" not in config:  # which stands near its end
        raise ValueError(f"{CONFIG} has no seed, as one that was cut off")
    for key, (fits, expected) in _EXPECTED.items():
        node: Any = config
        for part in key.split("."):
            node = node.get(part, _ABSENT) if isinstance(node, Mapping) else _ABSENT
        if node is not _ABSENT and not fits(node):
            raise ValueError(_wrong(key, node, expected))
    found = flat(config)
    if len(found) > _MOST:
        raise ValueError(f"{CONFIG} has {len(found)} settings, expected {_MOST} at most")
    return found


def flat(config: Mapping[Any, Any], prefix: str = "") -> dict[str, Any]:
    """Values by dotted key, each of which can be compared.

    Raises ValueError for what is neither text nor a number that a computer counts with.
    """
    found: dict[str, Any] = {}
    for key, value in config.items():
        name = prefix + plain(_comparable("a key", key))
        if isinstance(value, dict):
            found |= flat(value, f"{name}.")
        else:
            found[name] = _comparable(name, value)
    return found


def _comparable(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return str([_comparable(name, element) for element in value])
    if isinstance(value, dict):
        return str({_comparable(name, k): _comparable(name, v) for k, v in value.items()})
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    if isinstance(value, int):
        fits = abs(value) < _LARGEST
    elif isinstance(value, float):
        fits = not math.isnan(value)
    else:
        fits = value is None or isinstance(value, str)
    if not fits:
        raise ValueError(_wrong(name, value, "text or a number of an ordinary size"))
    return value


def _wrong(name: str, value: Any, expected: str) -> str:
    huge = isinstance(value, int) and abs(value) >= _LARGEST
    came = f"a number of {value.bit_length()} bits" if huge else plain(repr(value), SHORT)
    return f"{CONFIG}: {plain(name, SHORT)} is {came}, expected {expected}"
