"""From overrides, as on the command line, to a composed config."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import hydra
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.utils import create_automatic_config_search_path
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.types import RunMode
from omegaconf import DictConfig

from rnnexp.config.errors import UserError
from rnnexp.config.hydra_errors import MAX_SHOWN, user_errors
from rnnexp.config.schema import register
from rnnexp.config.trust import attach_trust, split_trust
from rnnexp.config.yaml_files import conf_folder

_MAX_LENGTH, _MAX_DEPTH = 1_000_000, 40  # of one override: characters, nested brackets
_LIST_OF_OTHERS = re.compile(
    r"\s*\[(?:.*,)?\s*(?:[-+]?[\d.][\d._]*(?:e[-+]?\d+)?|[-+]?inf|nan|null|true|false)\s*[,\]]",
    re.IGNORECASE,
)
_NOT_A_FILE_NAME = r"\s*\[.*[\[{]|[^{]*[^,{]{256}"


def compose(overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> DictConfig:
    """Compose the config that `rnnexp train *overrides --config-dir config_dir` would train.

    Args:
        overrides: As on the command line: `["model=lstm", "task.length=20", "seed=3"]`.
        config_dir: A folder of your own YAML files, read beside those of rnnexp.

    Returns:
        The whole config, not yet checked, as `rnnexp.run` takes it.

    Raises:
        UserError: For an unknown name, a misspelt key or a value of the wrong type.
    """
    check_overrides(overrides)
    register()
    extra = [f"hydra.searchpath=[file://{_existing(config_dir)}]"] if config_dir else []
    modules, rest = split_trust(overrides)
    with user_errors(), hydra.initialize_config_dir(str(conf_folder()), version_base="1.3"):
        config = hydra.compose("config", overrides=[*extra, *rest])
    check_schedule(rest, config)
    if modules:
        attach_trust(config, modules)
    return config


def check_schedule(overrides: Sequence[str], config: Mapping[Any, Any]) -> None:
    """Check that a schedule which the overrides choose was not replaced by a number.

    Args:
        overrides: As on the command line.
        config: What they were composed to.

    Raises:
        UserError: If `optimizer.learning_rate` is set after the schedule, which is then lost.
    """
    chosen = [override for override in overrides if re.match(r"\+?schedule=", override)]
    rate = config["optimizer"].get("learning_rate")
    if chosen and not isinstance(rate, Mapping | DictConfig):
        raise UserError(
            f"{chosen[-1]}: optimizer.learning_rate={rate}, on the command line or in an "
            "experiment, replaces the schedule, expected one of the two: set "
            "optimizer.learning_rate.initial_learning_rate, or leave out the schedule"
        )


def check_overrides(overrides: Sequence[str]) -> None:
    """Refuse overrides on which Hydra's parser would never end, or fail without a message.

    Raises:
        UserError: For one that is too long or nested too deeply, or that gives a group anything
            but names.
    """
    for override in overrides:
        if len(override) > _MAX_LENGTH or _depth(override) > _MAX_DEPTH:
            raise UserError(
                f"{override[:MAX_SHOWN]}: expected at most {_MAX_LENGTH} characters and "
                f"{_MAX_DEPTH} nested brackets, got {len(override)} and {_depth(override)}"
            )
        key, _, value = override.partition("=")
        if value == "null" and (conf_folder() / key).is_dir():
            raise UserError(
                f"{override}: expected the name of a {key}; to leave it out, write ~{key}"
            )
        group = key.lstrip("+~")
        if (conf_folder() / group).is_dir() and re.match(_LIST_OF_OTHERS, value):
            raise UserError(
                f"{override[:MAX_SHOWN]}: expected names in the list, as in {group}=[a,b]"
            )
        may_be_group = re.fullmatch(r"[+~]*[\w/@:]+", key) and key != "outputs"
        if may_be_group and re.match(_NOT_A_FILE_NAME, value):
            raise UserError(
                f"{override[:MAX_SHOWN]}: expected names, as in callbacks=[default,early_stopping],"
                " got lists or mappings within a list, or more than 255 characters"
            )


def compose_hydra(overrides: Sequence[str], config_dir: str | Path | None) -> DictConfig:
    """Compose the node `hydra`, unresolved: what `rnnexp train` tells Hydra about itself.

    Args:
        overrides: Those of the command line, those of the experiment included.
        config_dir: As `compose` takes it.

    Raises:
        UserError: As `compose` does.
    """
    register()
    with user_errors():
        loader = ConfigLoaderImpl(config_search_path=search_path(config_dir))
        node = loader.load_configuration("config", list(overrides), RunMode.MULTIRUN).hydra
        assert isinstance(node, DictConfig)
        return node


def search_path(config_dir: str | Path | None) -> ConfigSearchPath:
    """Return where Hydra looks for YAML files: conf/, and `config_dir` as `--config-dir` does."""
    path = create_automatic_config_search_path(None, None, str(conf_folder()))
    if config_dir:
        before = SearchPathQuery(provider="schema", path=None)  # the schema must stay the last
        path.prepend("command-line", f"file://{_existing(config_dir)}", before)
    return path


def _existing(config_dir: str | Path) -> Path:
    folder = Path(config_dir).resolve()
    if not folder.is_dir():
        raise UserError(f"--config-dir {config_dir}: there is no such folder")
    return folder


def _depth(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest
