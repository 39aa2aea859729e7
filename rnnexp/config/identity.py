"""Which settings make a run another run, and how two configs differ in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf

NO_OTHER_RUN = (
    "outputs",
    "trust",
    "paper",
    "trainer.checkpoint_seconds",
    "hardware.memory_growth",
    "hardware.memory_limit",
)
"""Settings that do not make another run: where it is kept, how often, and in which memory."""

LAST_DIGITS = ("hardware.threads",)
"""Settings that change how sums are divided, which shows in the last digits of a number at most."""


def flat_values(config: DictConfig) -> dict[str, Any]:
    """Return every value of a checked config by its path, as in `{"model.units": 64}`."""
    return dict(_leaves(OmegaConf.to_container(config, enum_to_str=True)))


def differing_keys(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Return the paths at which two configs are not of the same run, sorted.

    Args:
        first: What `flat_values` returned for one config.
        second: The same for the other config.
    """
    keys = sorted({*first, *second} - {*NO_OTHER_RUN})
    return [key for key in keys if first.get(key) != second.get(key)]


def as_overrides(keys: list[str], values: Mapping[str, Any]) -> str:
    """Return at most four of `values` as a command line has them: `seed=3 model.units=64`."""
    text = " ".join(f"{key}={values.get(key, 'unset')}" for key in keys[:4])
    return f"{text} and {len(keys) - 4} more" if len(keys) > 4 else text


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key!s}".lstrip("."))
    else:
        yield path, node
