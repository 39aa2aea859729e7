"""The settings of a run, by which runs are compared."""

from typing import Any

from omegaconf import OmegaConf

from rnnexp.config.experiment import Experiment
from rnnexp.config.identity import NO_OTHER_RUN

_COMPARED = ("model", "task", "optimizer", "trainer")


def compared_settings(experiment: Experiment) -> dict[str, Any]:
    """Return the settings that TensorBoard compares runs by; seeds are repeats of one run."""
    config: Any = OmegaConf.to_container(experiment.config)
    settings = {group: config[group] for group in _COMPARED}
    for key in NO_OTHER_RUN:
        group, _, name = key.rpartition(".")
        settings.get(group, {}).pop(name, None)
    return settings | {"precision": experiment.hardware.precision.name}
