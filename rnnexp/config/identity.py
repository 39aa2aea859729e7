"""Whether two configs are of the same run, and which of their keys say that they are not."""

from collections.abc import Iterator, Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf

# Where a run is kept, how often it is saved and what memory it may take make it no other run.
_FREE = ("outputs", "trust", "trainer.checkpoint_seconds", "hardware.memory_limit")


def values(config: DictConfig) -> dict[str, Any]:
    """Every value of a checked `config` by the path at which it stands, as JSON has it."""
    return dict(_values(OmegaConf.to_container(config, enum_to_str=True)))


def changed(found: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """The paths, in their order, at which two configs differ, but for those of `_FREE`."""
    keys = sorted({*found, *asked} - {*_FREE})
    return [key for key in keys if found.get(key) != asked.get(key)]


def told(keys: list[str], values: Mapping[str, Any]) -> str:
    """As on a command line; at most four of them, so that a line stays one."""
    shown = " ".join(f"{key}={values.get(key, 'unset')}" for key in keys[:4])
    return f"{shown} and {len(keys) - 4} more" if len(keys) > 4 else shown


def _values(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from _values(value, f"{path}.{key!s}".lstrip("."))
    else:
        yield path, node
