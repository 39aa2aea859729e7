"""Which of Hydra's own settings a YAML file may change: amounts, and nothing else.

Through `hydra.callbacks`, `hydra.job_logging`, `hydra.launcher` and others, Hydra imports and calls
what a file names, writes where it says and sets environment variables.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from rnnexp.config.compose import compose_hydra
from rnnexp.config.errors import UserError
from rnnexp.config.hydra_errors import user_errors
from rnnexp.config.schema import Config
from rnnexp.config.trust import covers, trust_hint, trusted

_TRUST = "hydra"
# Hydra fills these in itself, from the command line.
_FILLED_IN = ("overrides.", "runtime.", "job.override_dirname", "job.config_name", "searchpath")
_OWN_PROVIDERS = {"hydra", "main", "schema"}  # Hydra's names for its YAML files and ours
_ORDINARY = re.compile(
    r"hydra\.(run\.dir|sweep\.(dir|subdir)|(launcher|sweeper)\.(?!_|custom)\w+(\.(?!_)\w+)*)"
)
_EXPERIMENTS = {field.name for field in fields(Config)} - {"trust"} | {"experiment"}
_PARAMETERS = "sweeper.params."
_AMOUNTS = re.compile(r"(launcher|sweeper)\.\w+(\.\w+)?")


def change_hydra(overrides: Sequence[str]) -> bool:
    """Return whether `overrides` change more of Hydra than folders and amounts."""
    return any(
        override.key_or_group.startswith("hydra.")
        and not (_ORDINARY.fullmatch(override.key_or_group) and "{" not in str(override.input_line))
        for override in _parsed(overrides)
    )


def check_hydra_settings(hydra: DictConfig, overrides: Sequence[str]) -> None:
    """Refuse what a file may not tell Hydra. Trust in the module `hydra` allows everything.

    Args:
        hydra: The node `hydra` as it was composed with `overrides`.
        overrides: The command line's, which may set anything but names of code.

    Raises:
        UserError: If a file changes more than amounts, if code is named that is not trusted, or if
            jobs are to change into their folders, from wherever that is set.
    """
    if hydra.job._get_node("chdir")._value():
        raise UserError(
            "hydra.job.chdir: expected false, got true; a run writes into its own folder "
            "in any case"
        )
    foreign = {str(source.provider) for source in hydra.runtime.config_sources} - _OWN_PROVIDERS
    if covers(trusted(), _TRUST) or not (foreign or change_hydra(overrides)):
        return
    choices = hydra.runtime.choices.items()
    chosen = sorted(f"{g}={n}" for g, n in choices if g.startswith("hydra/") and n is not None)
    packaged = _packaged(tuple(chosen))
    typed = tuple(o.key_or_group.removeprefix("hydra.") for o in _parsed(overrides))
    for path, value in _leaves(hydra):
        if packaged.get(path, packaged) == value or path.startswith(_FILLED_IN):
            continue
        if _names_code(path, value):
            if not covers(trusted(), str(value)):
                module = str(value).split(".")[0]
                raise UserError(
                    f"hydra.{path}: expected what comes with rnnexp, got {value}; to run code of "
                    f"your own, trust it on the command line: {trust_hint(module)}"
                )
        elif not (is_harmless_setting(path, value) or _is_typed(path, typed)):
            raise UserError(
                f"hydra.{path}: a YAML file may not set it; set it on the command line, or trust "
                f"what files tell Hydra: {trust_hint(_TRUST)}"
            )


@cache
def _packaged(chosen: tuple[str, ...]) -> dict[str, Any]:
    """Return Hydra's settings with the same choices, without the user's files and values."""
    try:
        return dict(_leaves(compose_hydra(chosen, None)))
    except UserError as error:
        raise UserError(
            f"{' '.join(chosen)}: expected choices that come with rnnexp ({error}); or trust what "
            f"files tell Hydra: {trust_hint(_TRUST)}"
        ) from error


def _parsed(overrides: Sequence[str]) -> list[Override]:
    with user_errors():
        return OverridesParser.create().parse_overrides(list(overrides))


def _names_code(path: str, value: Any) -> bool:
    named = path.rpartition(".")[2] in ("_target_", "class", "()", "custom_search_space")
    return named or (isinstance(value, str) and value.startswith(("ext://", "cfg://")))


def _is_typed(path: str, typed: Sequence[str]) -> bool:
    return any(path == key or path.startswith(f"{key}.") for key in typed)


def is_experiment_key(key: str) -> bool:
    """Return whether `key` is a key or group of the experiment, not of Hydra or trust."""
    root = re.split(r"[./]", key)[0]
    return root in _EXPERIMENTS and re.fullmatch(r"[\w./]+", key) is not None


def is_harmless_setting(path: str, value: Any) -> bool:
    """Return whether a file may set `hydra.path`: amounts, and what a search varies."""
    if path.startswith(_PARAMETERS):
        return is_experiment_key(path.removeprefix(_PARAMETERS)) and "$" not in str(value)
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
