"""Small trainings that callbacks look into, and what these leave, as TensorBoard reads it."""

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from rnnexp import layers
from rnnexp.callbacks import GateStatistics, Probe, TimestepGradients
from rnnexp.dashboard.history import load_history
from tests.units import normal

B, T, D, M = 3, 4, 2, 3  # of the probe batch
STEPS, BATCH = 6, 2  # of an epoch


def batches(steps=STEPS):
    """x (N, T, D), y (N, 1): so many batches of BATCH, the same ones every time."""
    rng = np.random.default_rng(0)
    return normal(rng, steps * BATCH, T, D), normal(rng, steps * BATCH, 1)


def probe_batch():
    """x (B, T, D), y (B, 1); one sequence ends and another begins with zeros, as padding."""
    rng = np.random.default_rng(1)
    x, y = normal(rng, B, T, D), normal(rng, B, 1)
    x[0, -1:] = x[1, :1] = 0
    return x, y


def model_of(*inside, **settings):
    """A compiled model (B, T, D) → (B, 1) of the layers, a SimpleRNN if none is given."""
    inside = inside or (layers.SimpleRNN(M, name="unit"),)
    model = keras.Sequential([keras.Input((T, D)), *inside, keras.layers.Dense(1)])
    model.compile(**{"optimizer": "sgd", "loss": "mean_squared_error", **settings})
    return model


def probe_in(log_dir):
    return Probe(*probe_batch(), log_dir=log_dir)


def both(log_dir, every=100, period="step", sequences=B):
    """Both callbacks, with one probe for the two."""
    x, y = probe_batch()
    probe = Probe(x[:sequences], y[:sequences], log_dir=log_dir)
    return [kind(probe, every, period) for kind in (GateStatistics, TimestepGradients)]


def train(model, callbacks, first=0, steps=STEPS, epochs=1, **settings):
    """Fit the steps first … first + steps - 1 of an epoch, in their order."""
    x, y = (a[first * BATCH : (first + steps) * BATCH] for a in batches())
    model.fit(
        x,
        y,
        batch_size=BATCH,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=list(callbacks),
        **settings,
    )


class Stop(keras.callbacks.Callback):
    """Ctrl-C after a step of an epoch."""

    def __init__(self, step):
        super().__init__()
        self.step = step

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 == self.step:
            raise KeyboardInterrupt


def train_and_stop(model, callbacks, step, last=(), **settings):
    """As `train`, with Ctrl-C after `step` steps and then a flush: pictures, which take long, are
    drawn at the end of a training alone. last: callbacks that cannot be flushed.
    """
    with pytest.raises(KeyboardInterrupt):
        train(model, [*callbacks, *last, Stop(step)], **settings)
    for callback in callbacks:
        callback.flush()


def steps_of(log_dir, variable, layer="unit"):
    """At which training steps a variable was measured, from the file of arrays."""
    found = load_history(log_dir / "diagnostics.nc")[layer][variable]
    return found.dropna("step", how="all")["step"].values.tolist()


def points_of(log_dir):
    """By tag: [(step, array), …] of all that stands in the event files."""
    events = EventAccumulator(str(log_dir), size_guidance={"tensors": 0})
    events.Reload()
    return {
        tag: [(event.step, make_ndarray(event.tensor_proto)) for event in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }
