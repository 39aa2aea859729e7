"""The callbacks that a config names."""

from pathlib import Path

import keras

from rnnexp.callbacks import Probe
from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.instantiate import argument_names, build, locate
from rnnexp.runs.folder import DIAGNOSTICS, TENSORBOARD
from rnnexp.training.examples import examples


def build_callbacks(experiment: Experiment, folder: Path) -> list[keras.callbacks.Callback]:
    """Build the callbacks in the order of the config.

    Args:
        experiment: Names the callbacks, and the probe batch that all which take a `probe` share.
        folder: The run folder, in which they write.

    Raises:
        UserError: For a `_target_` that is no callback, and an argument that it does not take.
    """
    x, y = examples(experiment.task, "validation", experiment.seed)
    n = experiment.probe.sequences
    probe = Probe(x[:n], y[:n], log_dir=folder / TENSORBOARD, arrays=folder / DIAGNOSTICS)
    callbacks = []
    for name, node in experiment.callbacks.items():
        where = f"callbacks.{name}"
        known = argument_names(locate(node["_target_"], where, experiment.trust)) or set()
        extra = {"probe": probe} if "probe" in known else {}
        callback = build(node, where, "callback", experiment.trust, **extra)
        if not isinstance(callback, keras.callbacks.Callback):
            raise UserError(f"{where}._target_: {node['_target_']} is not a keras callback")
        callbacks.append(callback)
    return callbacks
