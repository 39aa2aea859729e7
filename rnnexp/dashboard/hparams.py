"""A run in TensorBoard's HParams dashboard: its settings, and the curves that score it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.plugins.hparams.summary_v2 import HParam, Metric, hparams_config_pb, hparams_pb

from rnnexp.dashboard import tags
from rnnexp.dashboard.event_file import EventFile

# The table of the dashboard shows the first five columns at first.
_FIRST = ("model.layer", "model.units", "optimizer.learning_rate", "task", "task.length")


def write_hparams(
    folder: Path, settings: Mapping[str, Any], metric: str, trial: str, columns: Iterable[str] = ()
) -> None:
    """Write the settings of a run. Runs with the same settings are one group in TensorBoard.

    TensorBoard takes the columns of all runs from one run, whichever it finds first.

    Args:
        folder: The folder of the run's event files.
        settings: The settings without the seed, flat or nested. None and lists are left out, for
            which HParams has no place.
        metric: Name of the metric that scores the run.
        trial: The name of the run, without the seed. A part of a hash follows it, which tells apart
            runs of the same name.
        columns: Settings that other runs may have.
    """
    metrics = [
        Metric(f"{metric}/test", display_name=f"test {metric}"),
        Metric(f"{metric}/validation", display_name=f"validation {metric}"),
        Metric("loss/validation", display_name="validation loss"),
        Metric("loss/train", display_name="training loss"),
        Metric(tags.memory_scalar("recurrent_1", "horizon"), display_name="horizon (timesteps)"),
    ]
    hparams = flatten_settings(settings)
    # Without domains: TensorBoard would hide runs whose values lie outside them.
    infos = [HParam(name) for name in sorted({*_FIRST, *columns, *hparams})]
    config = Summary.FromString(hparams_config_pb(infos, metrics).SerializeToString())
    _show_first(config, _FIRST)
    event_file = EventFile(folder)
    event_file.write(config.value, step=0)
    session = hparams_pb(hparams, trial_id=f"{trial} #{_digest(hparams)}")
    event_file.write(Summary.FromString(session.SerializeToString()).value, step=0)
    event_file.close()


def _show_first(config: Summary, names: Iterable[str]) -> None:
    """Let the dashboard sort columns before the others, all of them by name."""
    plugin_data = config.value[0].metadata.plugin_data
    content = HParamsPluginData.FromString(plugin_data.content)
    for info in content.experiment.hparam_infos:
        info.differs = info.name in names
    plugin_data.content = content.SerializeToString()


def _digest(hparams: Mapping[str, Any]) -> str:
    text = json.dumps(hparams, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:6]


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
