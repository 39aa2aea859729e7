"""What YAML files may tell Hydra of itself: how many at once, and no more.

By `hydra.callbacks`, `hydra.job_logging`, `hydra.launcher` and others Hydra imports and calls what
they name, writes where they say and sets the environment.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from rnnexp.config.compose import mistakes, settings
from rnnexp.config.errors import UserError
from rnnexp.config.schema import Config
from rnnexp.config.trust import covers, hint, trusted

_TRUST = "hydra"
# What Hydra fills in itself, from the command line.
_ITS_OWN = ("overrides.", "runtime.", "job.override_dirname", "job.config_name", "searchpath")
_OURS = {"hydra", "main", "schema"}  # what Hydra calls the places of its YAML files and of ours
_EVERYDAY = re.compile(
    r"hydra\.(run\.dir|sweep\.(dir|subdir)|(launcher|sweeper)\.(?!_|custom)\w+(\.(?!_)\w+)*)"
)
_EXPERIMENTS = {field.name for field in fields(Config)} - {"trust"} | {"experiment"}
_PARAMETERS = "sweeper.params."
_AMOUNTS = re.compile(r"(launcher|sweeper)\.\w+(\.\w+)?")


def are_unusual(overrides: Sequence[str]) -> bool:
    """Whether `overrides` say of Hydra more than where runs go, and amounts."""
    return any(
        override.key_or_group.startswith("hydra.")
        and not (_EVERYDAY.fullmatch(override.key_or_group) and "{" not in str(override.input_line))
        for override in _parsed(overrides)
    )


def check_settings(found: DictConfig, overrides: Sequence[str]) -> None:
    """Raise UserError where a file has told Hydra more than amounts, or names code without trust.

    And where jobs are to change into their folders, whoever says so.

    found: the node `hydra` of what was composed with `overrides`. What these say is said by whoever
    types them, but for the names of code. Trust in `hydra` allows all.
    """
    if found.job._get_node("chdir")._value():
        raise UserError(
            "hydra.job.chdir: expected false, got true; a run writes into its folder whatever the "
            "current one is"
        )
    foreign = {str(source.provider) for source in found.runtime.config_sources} - _OURS
    if covers(trusted(), _TRUST) or not (foreign or are_unusual(overrides)):
        return
    choices = found.runtime.choices.items()
    chosen = sorted(f"{g}={n}" for g, n in choices if g.startswith("hydra/") and n is not None)
    packaged = _packaged(tuple(chosen))
    typed = tuple(o.key_or_group.removeprefix("hydra.") for o in _parsed(overrides))
    for path, value in _leaves(found):
        if packaged.get(path, packaged) == value or path.startswith(_ITS_OWN):
            continue
        if _names_code(path, value):
            if not covers(trusted(), str(value)):
                raise UserError(
                    f"hydra.{path}: expected what comes with rnnexp, got {value}; to run code of "
                    f"your own, trust it on the command line: {hint(str(value).split('.')[0])}"
                )
        elif not (is_harmless(path, value) or _is_typed(path, typed)):
            raise UserError(
                f"hydra.{path}: a YAML file may not set it; set it on the command line, or trust "
                f"what files tell Hydra: {hint(_TRUST)}"
            )


@cache
def _packaged(chosen: tuple[str, ...]) -> dict[str, Any]:
    """The settings with the same choices, and without files and values of anybody's."""
    try:
        return dict(_leaves(settings(chosen, None)))
    except UserError as error:
        raise UserError(
            f"{' '.join(chosen)}: expected choices that come with rnnexp ({error}); or trust what "
            f"files tell Hydra: {hint(_TRUST)}"
        ) from error


def _parsed(overrides: Sequence[str]) -> list[Override]:
    with mistakes():
        return OverridesParser.create().parse_overrides(list(overrides))


def _names_code(path: str, value: Any) -> bool:
    named = path.rpartition(".")[2] in ("_target_", "class", "()", "custom_search_space")
    return named or (isinstance(value, str) and value.startswith(("ext://", "cfg://")))


def _is_typed(path: str, typed: Sequence[str]) -> bool:
    return any(path == key or path.startswith(f"{key}.") for key in typed)


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
