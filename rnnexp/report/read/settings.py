"""Reads the settings in a config as values that can be compared, sorted and drawn."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from rnnexp.report.text import SHORT, plain
from rnnexp.runs.folder import CONFIG

SECTIONS = ("model", "task", "trainer")
"""The sections by which a config.yaml is recognised as that of a run."""

_MAX_SETTINGS = 1000  # a run has a few dozen
_LARGEST = 2**63
_ABSENT = object()


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_count_or_none(value: Any) -> bool:
    return value is None or _is_count(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys((*SECTIONS, "model.layer", "optimizer"), (_is_mapping, "settings by name")),
    "seed": (_is_count, "a whole number"),
    "model.units": (_is_count, "a whole number"),
    "model.depth": (_is_count, "a whole number"),
    "model.layer._target_": (_is_text, "the name of a class"),
    "task._target_": (_is_text, "the name of a class"),
    "task.length": (_is_count, "a whole number"),
    "trainer.epochs": (_is_count_or_none, "a whole number or null"),
    "trainer.steps": (_is_count_or_none, "a whole number or null"),
    "trainer.batch_size": (_is_count, "a whole number"),
}
"""What the settings of every run must be, where its config has them."""


def read_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten the config of a run.

    Args:
        config: The contents of a config.yaml.

    Returns:
        Numbers, texts and None by dotted key; a list is represented by its text.

    Raises:
        ValueError: No run can have had this config.
    """
    if "seed" not in config:  # the seed stands near the end of the file
        raise ValueError(f"{CONFIG} has no seed; it may have been cut off")
    for key, (is_valid, expected) in _EXPECTED.items():
        node: Any = config
        for part in key.split("."):
            node = node.get(part, _ABSENT) if isinstance(node, Mapping) else _ABSENT
        if node is not _ABSENT and not is_valid(node):
            raise ValueError(_message(key, node, expected))
    settings = flatten(config)
    if len(settings) > _MAX_SETTINGS:
        raise ValueError(f"{CONFIG} has {len(settings)} settings, expected {_MAX_SETTINGS} at most")
    return settings


def flatten(config: Mapping[Any, Any], prefix: str = "") -> dict[str, Any]:
    """The values of a nested config by dotted key, each of which can be compared.

    Raises:
        ValueError: A value is neither text nor a number of an ordinary size.
    """
    settings: dict[str, Any] = {}
    for key, value in config.items():
        name = prefix + plain(_comparable("a key", key))
        if isinstance(value, dict):
            settings |= flatten(value, f"{name}.")
        else:
            settings[name] = _comparable(name, value)
    return settings


def _comparable(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return str([_comparable(name, element) for element in value])
    if isinstance(value, dict):
        return str({_comparable(name, k): _comparable(name, v) for k, v in value.items()})
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    if isinstance(value, int):
        is_valid = abs(value) < _LARGEST
    elif isinstance(value, float):
        is_valid = not math.isnan(value)
    else:
        is_valid = value is None or isinstance(value, str)
    if not is_valid:
        raise ValueError(_message(name, value, "text or a number of an ordinary size"))
    return value


def _message(name: str, value: Any, expected: str) -> str:
    is_huge = isinstance(value, int) and abs(value) >= _LARGEST
    shown = f"a number of {value.bit_length()} bits" if is_huge else plain(repr(value), SHORT)
    return f"{CONFIG}: {plain(name, SHORT)} is {shown}, expected {expected}"
