"""Trainings that go back, and what their callbacks should have measured."""

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.dashboard.history import load_history
from tests.callbacks.training import (
    M,
    Stop,
    model_of,
    points_of,
    probe_batch,
    train,
)

EPOCH = 5  # steps


TOLD = pytest.mark.filterwarnings("ignore:the training continues from step")


class Truth(keras.callbacks.Callback):
    """What plain Keras says of the gates, by what the optimizer says of the step; the last time
    that it was there.
    """

    def __init__(self):
        super().__init__()
        self.at = {}

    def on_train_batch_end(self, batch, logs=None):
        self.at[int(self.model.optimizer.iterations)] = mean_gate(self.model)

    on_train_batch_begin = on_train_batch_end


def mean_gate(model):
    """Of the gate z over the probe batch, (M,)."""
    x, _ = probe_batch()
    cell, h = model.get_layer("unit").cell, np.zeros((len(x), M))
    kernel, recurrent, bias = (w.numpy() for w in cell.weights)
    total = 0
    for t in range(x.shape[1]):
        z, r = np.split(
            1 / (1 + np.exp(-(x[:, t] @ kernel + h @ recurrent + bias)[:, : 2 * M])), 2, axis=1
        )
        a = x[:, t] @ kernel[:, 2 * M :] + (r * h) @ recurrent[:, 2 * M :] + bias[2 * M :]
        h = (1 - z) * h + z * np.tanh(a)
        total = total + z.mean(0)
    return total / x.shape[1]


def gru(**settings):
    keras.utils.set_random_seed(2)
    return model_of(layers.GRU(M, name="unit"), **{"optimizer": "adam", **settings})


def check(folder, truth, steps):
    """The file has these steps with the true values; so have the curves, each once."""
    found = load_history(folder / "diagnostics.nc")["unit"]["gate_mean"].sel(gate="z")
    assert found["step"].values.tolist() == sorted(steps)
    curve = points_of(folder)["gates/unit/z/mean"]
    assert [step for step, _ in curve] == sorted(steps)
    for step, value in curve:
        np.testing.assert_allclose(found.sel(step=step), truth.at[step], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(value, truth.at[step].mean(), rtol=1e-4, atol=1e-6)


def fit(model, callbacks, batches):
    """So many batches of a fit, and Ctrl-C: at its end pictures are drawn, which take long."""
    with pytest.raises(KeyboardInterrupt):
        train(model, [*callbacks, StopAfter(batches)], steps=EPOCH, epochs=9)
    for callback in callbacks:
        if hasattr(callback, "flush"):
            callback.flush()


class StopAfter(Stop):
    """Ctrl-C after so many batches of a fit."""

    def on_train_begin(self, logs=None):
        self.left = self.step

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def backup(folder, save_freq="epoch"):
    return keras.callbacks.BackupAndRestore(str(folder / "b"), save_freq, delete_checkpoint=False)


class Revert(keras.callbacks.Callback):
    """Keeps the model of one step and goes back to it after another, once."""

    def __init__(self, keep, after):
        super().__init__()
        self.keep, self.after, self.kept = keep, after, None

    def on_train_batch_end(self, batch, logs=None):
        step = int(self.model.optimizer.iterations)
        variables = [*self.model.variables, *self.model.optimizer.variables]
        if step == self.keep:
            self.kept = [np.array(v) for v in variables]
        elif step == self.after and self.kept:
            for variable, value in zip(variables, self.kept, strict=True):
                variable.assign(value)
            self.after = None


def steps(model):
    return int(model.optimizer.iterations)


def saved(model):
    return [np.array(v) for v in [*model.variables, *model.optimizer.variables]]


def another_process(values):
    """A model of the same names, with what was saved."""
    keras.utils.clear_session()
    model = gru()
    model.optimizer.build(model.trainable_variables)
    for variable, value in zip([*model.variables, *model.optimizer.variables], values, strict=True):
        variable.assign(value)
    return model
