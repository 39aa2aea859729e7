"""A run in TensorBoard's HParams dashboard: its settings, and the curves that score it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import HParam, Metric, hparams_config_pb, hparams_pb

from rnnexp.dashboard.event_file import EventFile

# The table of the dashboard shows the first five columns.
_FIRST = ("model.layer", "task", "task.length", "model.units", "optimizer.learning_rate")


def write_hparams(folder: Path, settings: Mapping[str, Any], metric: str) -> None:
    """Write the settings of a run. Runs with the same settings are one group in TensorBoard.

    Args:
        folder: The folder of the run's event files.
        settings: The settings without the seed, flat or nested. None and lists are left out, for
            which HParams has no place.
        metric: Name of the metric that scores the run.
    """
    metrics = [
        Metric(metric, group="test", display_name=f"test {metric}"),
        Metric(metric, group="validation", display_name=f"validation {metric}"),
        Metric("loss", group="validation", display_name="validation loss"),
        Metric("loss", group="train", display_name="training loss"),
    ]
    event_file = EventFile(folder)
    hparams = flatten_settings(settings)
    names = [*(n for n in _FIRST if n in hparams), *(n for n in hparams if n not in _FIRST)]
    # Without domains: TensorBoard would hide runs whose values lie outside them.
    config = hparams_config_pb([HParam(name) for name in names], metrics)
    for summary in (config, hparams_pb(hparams)):
        event_file.write(Summary.FromString(summary.SerializeToString()).value, step=0)
    event_file.close()


def flatten_settings(
    settings: Mapping[str, Any], path: str = ""
) -> dict[str, bool | int | float | str]:
    """The settings that are a number, a text or a truth value, by dotted path.

    A class is represented by its name alone: model.layer is "GRU".
    """
    hparams: dict[str, bool | int | float | str] = {}
    for key, value in settings.items():
        key_path = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            hparams |= flatten_settings(value, key_path)
        elif key == "_target_":
            hparams[path] = str(value).rpartition(".")[2]
        elif isinstance(value, bool | int | float | str):
            hparams[key_path] = value
    return hparams
