"""What the file says of the last step, against NumPy on a trace of the trained model."""

import json
import math

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp import layers
from rnnexp.dashboard.history import load_history
from rnnexp.diagnostics import retained
from tests.callbacks.training import STEPS, B, M, T, both, model_of, probe_batch, train_and_stop
from tests.units import EVERY_UNIT_SLOWLY

CLOSE = {"rtol": 1e-5, "atol": 1e-6}
SHARE = 0.01  # of the last norm, down to which the gradient counts as reaching


def stacked():
    return layers.GRU(M, return_sequences=True, name="low"), layers.LSTM(M, name="high")


def bidirectional():
    return (keras.layers.Bidirectional(keras.layers.GRU(M), name="two"),)


def masked():
    return keras.layers.Masking(), layers.LSTM(M, name="unit")


def backwards():
    return keras.layers.Masking(), layers.GRU(M, go_backwards=True, name="unit")


def of_keras():
    return keras.layers.SimpleRNN(M, return_sequences=True), keras.layers.LSTM(M)


@pytest.mark.parametrize("make", [stacked, bidirectional, masked, backwards, of_keras])
def test_of_models(make, tmp_path):
    check(make(), tmp_path)


@pytest.mark.slow
@EVERY_UNIT_SLOWLY
def test_of_every_unit(unit, tmp_path):
    check([unit.layer(M)], tmp_path)


def check(inside, folder):
    model, (x, y) = model_of(*inside), probe_batch()
    train_and_stop(model, both(folder, STEPS), STEPS)
    trace, found = rnnexp.trace(model, x, y), load_history(folder / "diagnostics.nc")
    assert list(found) == list(trace)
    for name, dataset in trace.items():
        of_last = found[name].sel(step=STEPS)
        assert of_last.attrs["equation"] == dataset.attrs["equation"]
        assert of_last.attrs["layer_class"] == dataset.attrs["layer_class"]
        check_gates(of_last, dataset)
        check_retention(of_last, dataset)
        check_gradients(of_last, dataset)


def gates_of(dataset):
    """Name and values (B, T, M) of every gate, NaN at padding."""
    for name in json.loads(dataset.attrs["gates"]):
        yield name, dataset[name].where(dataset["mask"]).values.astype("float64")


def check_gates(found, dataset):
    gates = dict(gates_of(dataset))
    assert list(found["gate"].values) == list(gates)
    for name, g in gates.items():
        of_gate, real = found.sel(gate=name), np.isfinite(g).sum((0, 1))
        inside = np.where((g == 0) | (g == 1), 0.5, g)  # 0 log 0 is 0
        entropy = -inside * np.log2(inside) - (1 - inside) * np.log2(1 - inside)
        entropy = np.where((g == 0) | (g == 1), 0.0, entropy)
        for variable, expected in {
            "gate_mean": np.nanmean(g, (0, 1)),
            "gate_spread": np.nanstd(g, (0, 1)),
            "gate_entropy": np.nanmean(entropy, (0, 1)),
            "gate_saturated_low": (g < 0.1).sum((0, 1)) / real,
            "gate_saturated_high": (g > 0.9).sum((0, 1)) / real,
            "gate_at": np.nanmean(g, (0, 2)),
        }.items():
            np.testing.assert_allclose(of_gate[variable], expected, **CLOSE, err_msg=variable)


def check_retention(found, dataset):
    rho = retained(dataset)["retention"].values  # which has its own tests against closed forms
    kept = np.where(dataset["mask"].values[..., None], rho, np.nan).astype("float64")
    np.testing.assert_allclose(found["retention"], np.nanmean(kept, (0, 2)), **CLOSE)
    # In the order of the layer's own steps; a step at padding keeps all.
    ones = np.where(np.isnan(kept), 1, kept)
    order = range(T) if dataset.direction == "forward" else range(T)[::-1]
    for i, t in enumerate(order):
        later = np.prod([ones[:, u] for u in list(order)[i + 1 :]], axis=0) * np.ones((B, M))
        expected = np.where(np.isnan(kept[:, t]), np.nan, later)
        np.testing.assert_allclose(found["carried"][t], np.nanmean(expected), **CLOSE)


def check_gradients(found, dataset):
    names = [name for name in dataset if name.startswith(("d_", "delta_"))]
    assert set(names) <= set(found["gradient"].values)
    for name in names:
        of_gradient = found.sel(gradient=name)
        norm = np.sqrt((dataset[name].values.astype("float64") ** 2).sum((0, 2)))
        np.testing.assert_allclose(of_gradient["gradient_norm"], norm, **CLOSE, err_msg=name)
        norm = norm if dataset.direction == "forward" else norm[::-1]
        last = max(t for t in range(T) if norm[t] > 0)
        back = norm[last::-1] / norm[last]
        reached = next((k for k, value in enumerate(back) if value < SHARE), len(back)) - 1
        assert of_gradient["horizon"] == reached
        assert of_gradient["farthest"] == last
        quarter = norm[: math.ceil(T / 4)].sum() / norm.sum()
        np.testing.assert_allclose(of_gradient["earliest_quarter"], quarter, **CLOSE)
        check_half_life(of_gradient["half_life"].item(), back)


def check_half_life(found, back):
    """Where the norm, falling geometrically between two timesteps, is half its last value."""
    if np.isinf(found):
        assert (back > 0.5).all()
        return
    k = math.floor(found)
    if k == found:  # at a timestep, or before one at which nothing is left
        assert back[k] <= 0.5 + CLOSE["rtol"]
        return
    between = back[k] * (back[k + 1] / back[k]) ** (found - k)
    np.testing.assert_allclose(between, 0.5, **CLOSE)
    assert (back[: k + 1] > 0.5).all()
