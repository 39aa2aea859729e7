"""An override that names another `_target_` makes another object: the old one's keys go."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Override
from omegaconf import DictConfig, OmegaConf

from rnnexp.config.compose import compose, mistakes


def deletions(overrides: Sequence[str], config_dir: str | Path | None = None) -> list[str]:
    """Overrides that delete each key which a new `_target_` is not to inherit.

    As of `'model.layer={_target_: keras.layers.LSTM}'`, which Hydra would merge with the arguments
    of the GRU that stood there.
    """
    if not any("_target_" in override for override in overrides):
        return []
    with mistakes():
        parsed = OverridesParser.create().parse_overrides(list(overrides))
    others = [o for o in parsed if not o.is_sweep_override() and not _targets(o)]
    found = []
    for override in parsed:
        targets, key = _targets(override), override.key_or_group
        if targets and not override.is_delete():
            # What is set beside it is an argument of the new object.
            said = [o for o in others if o.is_delete() or not _within(o, key)]
            old = OmegaConf.select(compose([str(o.input_line) for o in said], config_dir), key)
            if isinstance(old, DictConfig) and targets != {old.get("_target_")}:
                found += [f"~{key}.{name!s}" for name in old if name != "_target_"]
    return found


def _within(override: Override, key: str) -> bool:
    return override.key_or_group.startswith(f"{key}.")


def _targets(override: Override) -> set[str]:
    """The targets of the mappings, one or several in a sweep, that `override` sets."""
    value = override.value()
    several: list[Any] = value.list if isinstance(value, ChoiceSweep) else [value]
    return {v["_target_"] for v in several if isinstance(v, dict) and "_target_" in v}
