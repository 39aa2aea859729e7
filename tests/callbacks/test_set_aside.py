"""Files of somebody else's, or spoilt ones, where a probe is to write."""

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.callbacks import GateStatistics, Probe
from rnnexp.dashboard.history import load_history
from tests.callbacks.going_back import Truth, gru
from tests.callbacks.training import (
    M,
    both,
    model_of,
    probe_batch,
    probe_in,
    steps_of,
    train,
    train_and_stop,
)


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
    found = load_history(file)["unit"]["gate_mean"].sel(gate="z")
    assert found["step"].values.tolist() == [4, 5]
    for step in (4, 5):
        np.testing.assert_allclose(found.sel(step=step), truth.at[step], rtol=1e-4, atol=1e-6)


def test_two_probes_in_one_folder_keep_what_the_other_has_measured(tmp_path):
    gates, gradients = both(tmp_path, 2)[0], both(tmp_path, 3)[1]
    train_and_stop(gru(), [gates, gradients], 6)
    assert steps_of(tmp_path, "gate_mean") == [0, 2, 4, 6]
    assert steps_of(tmp_path, "gradient_norm") == [0, 3, 6]
