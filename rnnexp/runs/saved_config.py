"""The config in a run folder, which anybody may have written."""

from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from rnnexp.config.errors import UserError
from rnnexp.config.hydra_errors import user_errors
from rnnexp.config.interpolations import refuse_interpolations
from rnnexp.files.atomic import write_text
from rnnexp.files.reading import Unreadable, read_yaml
from rnnexp.runs.folder import CONFIG


def write_config(folder: Path, config: DictConfig) -> None:
    """Write the checked config of the run in `folder`."""
    write_text(folder / CONFIG, OmegaConf.to_yaml(config))


def read_config(folder: Path) -> DictConfig:
    """Return the config of the run in `folder`, not yet checked.

    Raises:
        UserError: If there is none, or it cannot be read.
    """
    path = folder / CONFIG
    try:
        values = read_yaml(path)
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
    refuse_interpolations(values, str(path))
    with user_errors():
        config = OmegaConf.load(path)  # reads 1e-3 as a number, where YAML reads text
    assert isinstance(config, DictConfig)
    return config
