"""The arguments of `rnnexp train`, parsed and checked."""

from argparse import Namespace
from dataclasses import dataclass
from typing import Any

from hydra._internal.utils import get_args_parser

from rnnexp.config.compose import check_overrides, compose_hydra
from rnnexp.config.errors import UserError, suggest_flag
from rnnexp.config.hydra_settings import change_hydra, check_hydra_settings
from rnnexp.config.replaced_targets import keys_to_delete

AGAIN = "--again"
_FLAGS = (
    "--again --trust --multirun --config-dir --cfg --resolve --package --info --help --hydra-help"
)


@dataclass(frozen=True)
class TrainArguments:
    """What `rnnexp train` is asked to do.

    Attributes:
        hydra: The arguments to pass to Hydra.
        overrides: Those among them that are overrides.
        config_dir: The folder of the user's YAML files, if any.
        sweep: Whether -m is given.
        again: Whether failed runs are continued.
        shows: Whether Hydra only shows something, as with --help, and nothing is trained.
    """

    hydra: list[str]
    overrides: list[str]
    config_dir: str | None
    sweep: bool
    again: bool
    shows: bool


def parse(arguments: list[str]) -> TrainArguments:
    """Parse the arguments of `rnnexp train`, in which `trust=[…]` is no longer.

    Raises:
        UserError: For an unknown flag, an override that cannot be parsed, and a setting of Hydra
            that is refused.
    """
    passed = [argument for argument in arguments if argument != AGAIN]
    options = _options(passed)
    overrides = list(options.overrides)
    check_overrides(overrides)
    shows = any(
        (options.help, options.hydra_help, options.shell_completion, options.cfg, options.info)
    )
    if not shows:
        _check_mode(overrides)
    if options.config_dir or change_hydra(overrides):
        check_hydra_settings(compose_hydra(overrides, options.config_dir), overrides)
    if overrides:
        first = passed.index(overrides[0])
        deletions = keys_to_delete(overrides, options.config_dir)
        passed[first:first], overrides[:0] = deletions, deletions
    return TrainArguments(
        hydra=passed,
        overrides=overrides,
        config_dir=options.config_dir,
        sweep=options.multirun,
        again=AGAIN in arguments,
        shows=shows,
    )


def _options(arguments: list[str]) -> Namespace:
    parser = get_args_parser()
    parser.error = _refuse  # type: ignore[method-assign]
    options = parser.parse_args(arguments)
    for flag in ("config_path", "config_name", "experimental_rerun"):
        if getattr(options, flag):
            raise UserError(
                f"--{flag.replace('_', '-')}: expected none; add YAML files of your own with "
                "--config-dir, continue a run with rnnexp resume"
            )
    return options


def _refuse(message: str) -> Any:
    unknown = message.removeprefix("unrecognized arguments: ")
    if unknown != message and not unknown.startswith("-"):
        raise UserError(
            f"{unknown}: expected flags such as -m before every key=value, got one between"
        )
    raise UserError(
        f"{suggest_flag(message, _FLAGS.split())}; `rnnexp train --help` shows what there is"
    )


def _check_mode(overrides: list[str]) -> None:
    """Raise UserError for a sweep that is asked for in a way that would not plan it."""
    for override in overrides:
        if override.lstrip("+~").startswith("hydra.mode="):
            raise UserError(f"{override}: expected -m for a sweep, and nothing for one run")
