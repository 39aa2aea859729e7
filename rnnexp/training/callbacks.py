"""The callbacks that a config names, ready for `fit`."""

from pathlib import Path

import keras

from rnnexp.callbacks import Probe
from rnnexp.config.check import Experiment
from rnnexp.config.errors import UserError
from rnnexp.config.instantiate import arguments, build, locate
from rnnexp.runs.folder import DIAGNOSTICS, TENSORBOARD
from rnnexp.training.examples import examples


def build_callbacks(experiment: Experiment, folder: Path) -> list[keras.callbacks.Callback]:
    """In the order of the config; those that take a `probe` share one.

    Raises UserError for what is no callback, and for arguments that it does not take.
    """
    x, y = examples(experiment.task, "validation", experiment.seed)
    n = experiment.probe.sequences
    probe = Probe(x[:n], y[:n], log_dir=folder / TENSORBOARD, arrays=folder / DIAGNOSTICS)
    found = []
    for name, node in experiment.callbacks.items():
        where = f"callbacks.{name}"
        taken = arguments(locate(node["_target_"], where, experiment.trust)) or set()
        extra = {"probe": probe} if "probe" in taken else {}
        callback = build(node, where, "callback", experiment.trust, **extra)
        if not isinstance(callback, keras.callbacks.Callback):
            raise UserError(f"{where}._target_: {node['_target_']} is not a keras callback")
        found.append(callback)
    return found
