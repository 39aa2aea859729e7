"""What the YAML files of --config-dir may tell Hydra of itself: how many at once, and no more.

By `hydra.callbacks`, `hydra.job_logging`, `hydra.launcher` and others Hydra imports and calls what
they name, writes where they say and sets the environment.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from rnnexp.experiment.compose import settings
from rnnexp.experiment.errors import UserError
from rnnexp.experiment.schema import Config
from rnnexp.experiment.trust import covers, hint, trusted

_TRUST = "hydra"
# What Hydra fills in itself, from the command line.
_ITS_OWN = ("overrides.", "runtime.", "job.override_dirname", "job.config_name", "searchpath")
_EXPERIMENTS = {field.name for field in fields(Config)} - {"trust"} | {"experiment"}
_PARAMETERS = "sweeper.params."
_AMOUNTS = re.compile(r"(launcher|sweeper)\.\w+(\.\w+)?")


def check_settings(overrides: Sequence[str], config_dir: str | Path, sweep: bool) -> None:
    """Raise UserError where a file of `config_dir` tells Hydra more than amounts.

    What `overrides` say themselves is said by whoever types them. Trust in `hydra` allows the rest.
    """
    if covers(trusted(), _TRUST):
        return
    mode = RunMode.MULTIRUN if sweep else RunMode.RUN
    found = settings(overrides, config_dir, mode)
    told = dict(_leaves(found))
    without = dict(_leaves(_packaged(found, overrides, config_dir, mode)))
    for path, value in told.items():
        same = path in without and without[path] == value
        if not (same or path.startswith(_ITS_OWN) or is_harmless(path, value)):
            raise UserError(
                f"{config_dir}: a file in it may not set hydra.{path}; set it on the command "
                f"line, or trust what files tell Hydra: {hint(_TRUST)}"
            )


def _packaged(
    found: DictConfig, overrides: Sequence[str], config_dir: str | Path, mode: RunMode
) -> DictConfig:
    """The settings with the same choices and the same typed values, and without the files."""
    choices = {
        group: name
        for group, name in found.runtime.choices.items()
        if group.startswith("hydra/") and name is not None
    }
    typed = [
        str(override.input_line)
        for override in OverridesParser.create().parse_overrides(list(overrides))
        if override.key_or_group.startswith("hydra.")
    ]
    try:
        return settings([*(f"{g}={n}" for g, n in choices.items()), *typed], None, mode)
    except UserError as error:
        raise UserError(
            f"{config_dir}: a file in it may not choose among Hydra's settings what does not come "
            f"with rnnexp ({error}); or trust what files tell Hydra: {hint(_TRUST)}"
        ) from error


def is_experiments(key: str) -> bool:
    """Whether the key or group of an override is of the experiment, not of Hydra or trust."""
    root = re.split(r"[./]", key)[0]
    return root in _EXPERIMENTS and re.fullmatch(r"[\w./]+", key) is not None


def is_harmless(path: str, value: Any) -> bool:
    """Whether a file may set `hydra.path`: amounts, which way to search, and among which values."""
    if path.startswith(_PARAMETERS):
        return is_experiments(path.removeprefix(_PARAMETERS)) and "$" not in str(value)
    amount = isinstance(value, bool | int | float) and _AMOUNTS.fullmatch(path) is not None
    return amount or (path == "sweeper.direction" and value in ("minimize", "maximize"))


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    plain = OmegaConf.to_container(node) if isinstance(node, DictConfig) else node
    if isinstance(plain, Mapping) and plain:
        for key, value in plain.items():
            yield from _leaves(value, f"{path}.{key!s}".lstrip("."))
    elif isinstance(plain, list) and plain:
        for index, value in enumerate(plain):
            yield from _leaves(value, f"{path}.{index}")
    else:
        yield path, plain
