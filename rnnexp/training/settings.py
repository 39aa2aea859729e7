"""The settings of a run, by which runs are compared."""

from collections.abc import Iterator
from typing import Any

from omegaconf import OmegaConf

from rnnexp.config.experiment import Experiment
from rnnexp.config.identity import NO_OTHER_RUN
from rnnexp.config.yaml_files import conf_folder
from rnnexp.dashboard.hparams import flatten_settings
from rnnexp.files.reading import read_yaml

_COMPARED = ("model", "task", "optimizer", "trainer")
_WITH_OPTIONS = ("model", "task", "optimizer")  # groups whose options have other settings


def compared_settings(experiment: Experiment) -> dict[str, Any]:
    """Return the settings that TensorBoard compares runs by; seeds are repeats of one run."""
    config: Any = OmegaConf.to_container(experiment.config)
    settings = {group: config[group] for group in _COMPARED}
    for key in NO_OTHER_RUN:
        group, _, name = key.rpartition(".")
        settings.get(group, {}).pop(name, None)
    return settings | {"precision": experiment.hardware.precision.name}


def known_settings() -> Iterator[str]:
    """Yield the names of the settings of all models, tasks and optimizers in conf/."""
    for group in _WITH_OPTIONS:
        for path in (conf_folder() / group).glob("*.yaml"):
            yield from flatten_settings({group: read_yaml(path)})


def trial_name(experiment: Experiment) -> str:
    """Return a short name of a run, without its seed: "GRU Digits T=64 M=64 lr=0.005"."""
    settings = flatten_settings(compared_settings(experiment))
    task = experiment.task
    parts = {
        "T": task.timesteps("train"),
        "M": settings.get("model.units"),
        "lr": settings.get("optimizer.learning_rate"),
    }
    told = [f"{name}={value}" for name, value in parts.items() if value is not None]
    return " ".join([str(settings["model.layer"]), type(task).__name__, *told])
