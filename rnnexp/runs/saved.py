"""What a run folder says of its run: its config and its summary, from whoever wrote them."""

from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnexp.config.compose import mistakes
from rnnexp.config.errors import UserError
from rnnexp.config.interpolations import refuse_any
from rnnexp.files.reading import Unreadable, json_of, yaml_of
from rnnexp.runs.folder import CONFIG, SUMMARY


def read_config(folder: Path) -> DictConfig:
    """The config of the run in `folder`, unchecked.

    Raises UserError where there is none, and where it cannot be read.
    """
    path = folder / CONFIG
    try:
        values = yaml_of(path)
    except FileNotFoundError as error:
        raise UserError(
            f"{folder}: expected the folder of a run or a sweep, found no {CONFIG} in it"
        ) from error
    except Unreadable as error:
        raise UserError(f"{path}: expected the config of a run, cannot read it: {error}") from error
    if not isinstance(values, dict) or not values:
        raise UserError(
            f"{path}: expected the config of a run, a mapping, got {type(values).__name__}"
        )
    refuse_any(values, str(path))
    with mistakes():
        config = OmegaConf.load(path)  # it reads 1e-3 as a number, where YAML sees text
    assert isinstance(config, DictConfig)
    return config


def read_summary(folder: Path) -> dict[str, Any] | None:
    """What summary.json says; None where there is none.

    Raises UserError where it cannot be read, or is not a summary's.
    """
    path = folder / SUMMARY
    try:
        summary = json_of(path)
    except FileNotFoundError:
        return None
    except Unreadable as error:
        raise UserError(
            f"{path}: expected the summary of a run, cannot read it: {error}; move it away to go "
            "on from the last checkpoint, or name another folder"
        ) from error
    if not isinstance(summary, dict):
        raise UserError(
            f"{path}: expected the summary of a run, a mapping, got {type(summary).__name__}; move "
            "it away to go on from the last checkpoint, or name another folder"
        )
    return summary
