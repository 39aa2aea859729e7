"""Removal of the arguments of an object that an override replaces by another one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Override
from omegaconf import DictConfig, OmegaConf

from rnnexp.config.compose import compose
from rnnexp.config.hydra_errors import user_errors


def keys_to_delete(overrides: Sequence[str], config_dir: str | Path | None = None) -> list[str]:
    """Return overrides that delete each key which a new `_target_` must not inherit.

    `'model.layer={_target_: keras.layers.LSTM}'` would otherwise be merged with the arguments of
    the GRU of conf/model/gru.yaml.

    Args:
        overrides: Those of the command line.
        config_dir: The folder of the user's YAML files, if any.

    Raises:
        UserError: For an override that cannot be parsed.
    """
    if not any("_target_" in override for override in overrides):
        return []
    with user_errors():
        parsed = OverridesParser.create().parse_overrides(list(overrides))
    others = [o for o in parsed if not o.is_sweep_override() and not _targets(o)]
    deletions = []
    for override in parsed:
        targets, key = _targets(override), override.key_or_group
        if targets and not override.is_delete():
            # Overrides within the node are arguments of the new object.
            outside = [o for o in others if o.is_delete() or not _within(o, key)]
            old = OmegaConf.select(compose([str(o.input_line) for o in outside], config_dir), key)
            if isinstance(old, DictConfig) and targets != {old.get("_target_")}:
                deletions += [f"~{key}.{name!s}" for name in old if name != "_target_"]
    return deletions


def _within(override: Override, key: str) -> bool:
    return override.key_or_group.startswith(f"{key}.")


def _targets(override: Override) -> set[str]:
    """Return the targets of the mappings that `override` sets: one, or several in a sweep."""
    value = override.value()
    values: list[Any] = value.list if isinstance(value, ChoiceSweep) else [value]
    return {v["_target_"] for v in values if isinstance(v, dict) and "_target_" in v}
