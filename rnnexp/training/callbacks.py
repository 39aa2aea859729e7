"""The callbacks that a config names."""

from pathlib import Path

import keras
import numpy as np

from rnnexp.callbacks import Probe
from rnnexp.config.errors import UserError
from rnnexp.config.experiment import Experiment
from rnnexp.config.instantiate import argument_names, build, locate
from rnnexp.console.messages import title
from rnnexp.dashboard.hparams import flatten_settings
from rnnexp.runs.folder import DIAGNOSTICS, TENSORBOARD
from rnnexp.training.examples import chunk
from rnnexp.training.settings import compared_settings


def build_callbacks(experiment: Experiment, folder: Path) -> list[keras.callbacks.Callback]:
    """Build the callbacks in the order of the config.

    Args:
        experiment: Names the callbacks, and the probe batch that all which take a `probe` share.
        folder: The run folder, in which they write.

    Raises:
        UserError: For a `_target_` that is no callback, and an argument that it does not take.
    """
    examples = chunk(experiment.task, "validation", experiment.seed, 0)
    x, y, weights, _ = examples.rows(slice(experiment.probe.sequences))
    if experiment.task.targets.per_timestep:
        weights = last_targets(np.ones(x.shape[:2]) if weights is None else weights)
    probe = Probe(
        x,
        y,
        sample_weight=weights,
        log_dir=folder / TENSORBOARD,
        arrays=folder / DIAGNOSTICS,
        title=title(experiment),
        settings=flatten_settings(compared_settings(experiment)) | {"seed": experiment.seed},
        scores=False,  # the run writes its own
    )
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


def last_targets(weights: np.ndarray) -> np.ndarray:
    """Return weights (B, T) with which only the last target of each sequence counts.

    The gradient at each timestep is then that of one prediction, as for a task with a target for
    each sequence: it shows how far back the prediction depends on the inputs.

    Args:
        weights: (B, T); targets with weight 0 do not count.
    """
    T = weights.shape[1]
    last = T - 1 - np.argmax(weights[:, ::-1] != 0, axis=1)
    return np.eye(T, dtype=np.float32)[last]
