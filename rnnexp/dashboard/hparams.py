"""A run in TensorBoard's HParams dashboard: what was set, and which curves tell how it went."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.summary_v2 import HParam, Metric, hparams_config_pb, hparams_pb

from rnnexp.dashboard.event_file import Events

# The dashboard's table begins with five columns.
_FIRST = ("model.layer", "task", "task.length", "model.units", "optimizer.learning_rate")


def write_hparams(folder: Path, settings: Mapping[str, Any], metric: str) -> None:
    """Write what a run was told into `folder`, and that `metric` is its score.

    settings: flat or nested; None, lists and what is in them have no place in
    HParams and are left out. Runs that were told the same, a seed apart, are one group there.
    """
    metrics = [
        Metric(metric, group="test", display_name=f"test {metric}"),
        Metric(metric, group="validation", display_name=f"validation {metric}"),
        Metric("loss", group="validation", display_name="validation loss"),
        Metric("loss", group="train", display_name="training loss"),
    ]
    events = Events(folder)
    told = flat(settings)
    # No domain: TensorBoard would hide the runs whose values lie outside it.
    names = [*(n for n in _FIRST if n in told), *(n for n in told if n not in _FIRST)]
    config = hparams_config_pb([HParam(name) for name in names], metrics)
    for summary in (config, hparams_pb(told)):
        events.write(Summary.FromString(summary.SerializeToString()).value, step=0)
    events.close()


def flat(settings: Mapping[str, Any], path: str = "") -> dict[str, bool | int | float | str]:
    """By path: every value that is a number, a text or a truth value.

    A class is told by its name alone: model.layer is "GRU".
    """
    found: dict[str, bool | int | float | str] = {}
    for key, value in settings.items():
        here = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            found |= flat(value, here)
        elif key == "_target_":
            found[path] = str(value).rpartition(".")[2]
        elif isinstance(value, bool | int | float | str):
            found[here] = value
    return found
