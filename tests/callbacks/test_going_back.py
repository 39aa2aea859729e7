"""Every row is of the step under which it stands, whichever way a training stops and goes on."""

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp import layers
from rnnexp.callbacks import GateStatistics, Probe
from rnnexp.dashboard.history import load
from rnnexp.diagnostics import gate_statistics
from tests.callbacks.training import (
    M,
    Stop,
    both,
    model_of,
    points_of,
    probe_batch,
    probe_in,
    steps_of,
    train,
    train_and_stop,
)

EPOCH = 5  # steps
TOLD = pytest.mark.filterwarnings("ignore:the training goes on from step")


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
    found = load(folder / "diagnostics.nc")["unit"]["gate_mean"].sel(gate="z")
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


@pytest.mark.parametrize(
    ("every", "save_freq", "first", "back"),
    [
        (1, "epoch", False, 2 * EPOCH),
        pytest.param(1, 3, True, 12, marks=pytest.mark.slow),
        pytest.param(1, "epoch", True, 2 * EPOCH, marks=pytest.mark.slow),
        pytest.param(2, 3, False, 12, marks=pytest.mark.slow),
        pytest.param(5, "epoch", False, 2 * EPOCH, marks=pytest.mark.slow),
    ],
)
@TOLD
def test_a_fit_that_a_backup_takes_back(every, save_freq, first, back, tmp_path):
    """The same callbacks twice; a backup goes to the begin of an epoch, or to a batch of it."""
    model, truth = gru(), Truth()
    ours, keep = GateStatistics(probe_in(tmp_path), every), backup(tmp_path, save_freq)
    callbacks = [keep, truth, ours] if first else [truth, ours, keep]
    fit(model, callbacks, 2 * EPOCH + 4)
    fit(model, callbacks, EPOCH + 2)
    last = int(model.optimizer.iterations)
    assert last == back + EPOCH + 2
    check(tmp_path, truth, {0, *range(every, last + 1, every)})


def test_what_is_forgotten_is_told(tmp_path):
    model, callbacks = gru(), [*both(tmp_path, 2), backup(tmp_path)]
    fit(model, callbacks, EPOCH + 3)
    with pytest.warns(UserWarning, match=r"goes on from step 5: .*steps, up to 8, is forgotten"):
        fit(model, callbacks, 2)


@TOLD
def test_of_two_callbacks_on_one_probe_both_go_back(tmp_path):
    model, truth = gru(), Truth()
    callbacks = [truth, *both(tmp_path, 2), backup(tmp_path)]
    fit(model, callbacks, EPOCH + 2)
    fit(model, callbacks, 4)
    seen = [0, 2, 4, 5, 6, 8]  # before the first step of each fit too
    check(tmp_path, truth, seen)
    assert steps_of(tmp_path, "gradient_norm") == seen


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


def test_a_callback_takes_the_model_back_in_the_midst_of_an_epoch(tmp_path):
    model, truth = gru(), Truth()
    with pytest.warns(UserWarning, match=r"goes on from step 2: .*up to 7, is forgotten"):
        fit(model, [truth, GateStatistics(probe_in(tmp_path), 1), Revert(2, 7)], 2 * EPOCH + 1)
    check(tmp_path, truth, range(2 * EPOCH - 5 + 2))


@TOLD
@pytest.mark.slow
def test_several_steps_in_one_execution(tmp_path):
    model, truth = gru(steps_per_execution=2), Truth()
    callbacks = [truth, GateStatistics(probe_in(tmp_path), 1), backup(tmp_path)]
    fit(model, callbacks, 5)
    assert int(model.optimizer.iterations) == 9
    fit(model, callbacks, 3)
    check(tmp_path, truth, [0, 2, 4, 5, 7, 9, 10])


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


@pytest.mark.parametrize("step", [pytest.param(4, marks=pytest.mark.slow), EPOCH + 1])
def test_another_process_goes_on_without_a_word_from_the_user(step, tmp_path):
    """From a checkpoint at the end, or before: what came later is told and forgotten."""
    keras.utils.clear_session()
    model, truth, before = gru(), Truth(), {}
    keep = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: before.update(
            {int(model.optimizer.iterations): saved(model)}
        )
    )
    fit(model, [truth, GateStatistics(probe_in(tmp_path), 2), keep], EPOCH + 1)
    again = another_process(before[step])
    callbacks = [truth, GateStatistics(probe_in(tmp_path), 2)]
    if step == 4:
        with pytest.warns(UserWarning, match="goes on from step 4: .*up to 6, is forgotten"):
            fit(again, callbacks, 4)
        check(tmp_path, truth, [0, 2, 4, 6, 8])
    else:
        fit(again, callbacks, 3)
        check(tmp_path, truth, [0, 2, 4, 6, 8])


def test_another_process_that_begins_anew_loses_nothing(tmp_path):
    fit(gru(), [GateStatistics(probe_in(tmp_path), 1)], EPOCH)
    file, truth = tmp_path / "diagnostics.nc", Truth()
    before, curves = file.read_bytes(), points_of(tmp_path)
    with pytest.warns(UserWarning, match=r"is of a training before .*now diagnostics\.1\.nc"):
        fit(gru(), [truth, GateStatistics(probe_in(tmp_path), 2)], EPOCH)
    check(tmp_path, truth, [0, 2, 4])
    assert (tmp_path / "diagnostics.1.nc").read_bytes() == before
    (tmp_path / "aside").mkdir()
    (tmp_path / "probe.1").rename(tmp_path / "aside" / "probe")
    assert list(points_of(tmp_path / "aside")) == list(curves)


def test_what_was_not_flushed_is_not_lost_either(tmp_path):
    model, callback = gru(), GateStatistics(probe_in(tmp_path), 1)
    with pytest.raises(KeyboardInterrupt):
        train(model, [callback, StopAfter(2)])
    with pytest.warns(UserWarning, match="is of a training before the one that begins now"):
        fit(gru(), [callback], 1)
    assert load(tmp_path / "diagnostics.1.nc")["unit"]["step"].values.tolist() == [0, 1, 2]
    assert steps_of(tmp_path, "gate_mean") == [0, 1]


def truncated(data):
    return data[: len(data) // 2]


def flipped(data):
    return bytes(255 - byte for byte in data)


SPOILT = {
    "cut off": truncated,
    "other bytes": flipped,
    "empty": lambda data: b"",
    "text": lambda data: b"step,loss\n1,2\n",
    "the beginning": lambda data: data[:8],
}


@pytest.mark.parametrize(
    "rewound", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["as it is", "rewound"]
)
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_file_that_cannot_be_read_is_set_aside_and_training_goes_on(spoil, rewound, tmp_path):
    model, truth = gru(), Truth()
    train_and_stop(model, [GateStatistics(probe_in(tmp_path), 1)], 3, [truth])
    file = tmp_path / "diagnostics.nc"
    file.write_bytes(spoil(file.read_bytes()))
    before = file.read_bytes()
    callback = GateStatistics(probe_in(tmp_path), 1)
    with pytest.warns(UserWarning, match=r"nc cannot be read \(.+\); it is now diagnostics\.1\.nc"):
        if rewound:
            callback.rewind(3)
        train_and_stop(model, [callback], 2, [truth], first=3, steps=2)
    assert (tmp_path / "diagnostics.1.nc").read_bytes() == before
    assert steps_of(tmp_path, "gate_mean") == ([] if rewound else [3]) + [4, 5]


def of_other_units(folder):
    model = model_of(layers.GRU(M + 1, name="unit"))
    train_and_stop(model, [GateStatistics(probe_in(folder), 1)], 3)
    return "other arrays of the layer 'unit'"


def of_another_equation(folder):
    train_and_stop(model_of(layers.LSTM(M, name="unit")), [GateStatistics(probe_in(folder), 1)], 3)
    return "other arrays of the layer 'unit'"


def of_longer_sequences(folder):
    x, _ = probe_batch()
    x = np.concatenate([x, x], 1)
    model = keras.Sequential(
        [keras.Input((None, 2)), layers.GRU(M, name="unit"), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    callback = GateStatistics(Probe(x, log_dir=folder), 1)
    train_and_stop(model, [callback], 3)
    return "other arrays of the layer 'unit'"


def of_somebody_else(folder):
    import xarray

    xarray.Dataset({"a": ("step", [1.0])}).to_netcdf(folder / "diagnostics.nc", engine="h5netcdf")
    return "cannot be read"


@pytest.mark.parametrize(
    "write", [of_other_units, of_another_equation, of_longer_sequences, of_somebody_else]
)
def test_a_file_of_something_else_is_set_aside(write, tmp_path):
    expected = write(tmp_path)
    file, truth = tmp_path / "diagnostics.nc", Truth()
    before, model = file.read_bytes(), gru()
    train(model, [truth], steps=4)
    with pytest.warns(UserWarning, match=f"{expected}.*now diagnostics.1.nc"):
        train_and_stop(model, [GateStatistics(probe_in(tmp_path), 1)], 1, [truth], first=4, steps=1)
    assert (tmp_path / "diagnostics.1.nc").read_bytes() == before
    found = load(file)["unit"]["gate_mean"].sel(gate="z")
    assert found["step"].values.tolist() == [4, 5]
    for step in (4, 5):
        np.testing.assert_allclose(found.sel(step=step), truth.at[step], rtol=1e-4, atol=1e-6)


def test_two_probes_in_one_folder_keep_what_the_other_has_measured(tmp_path):
    gates, gradients = both(tmp_path, 2)[0], both(tmp_path, 3)[1]
    train_and_stop(gru(), [gates, gradients], 6)
    assert steps_of(tmp_path, "gate_mean") == [0, 2, 4, 6]
    assert steps_of(tmp_path, "gradient_norm") == [0, 3, 6]


def test_the_truth_is_that_of_a_trace():
    model = gru()
    found = gate_statistics(rnnexp.trace(model, probe_batch()[0])["unit"])["mean"].sel(gate="z")
    np.testing.assert_allclose(found, mean_gate(model), rtol=1e-5)
