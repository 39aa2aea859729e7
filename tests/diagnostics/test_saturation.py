"""Large inputs saturate the gates of a unit: it is said of those, and of no others."""

import keras
import numpy as np
import pytest

from rnnexp import layers
from rnnexp.diagnostics import trace
from rnnexp.diagnostics.measures.saturation import saturation_by_inputs
from tests.diagnostics.models import D, M, T
from tests.units import normal


def found(layer, scale):
    x = scale * normal(np.random.default_rng(0), 8, T, D)
    model = keras.Sequential([keras.Input((T, D)), layer])
    (dataset,) = trace(model, x).values()
    return saturation_by_inputs(dataset)


@pytest.mark.parametrize("kind", [keras.layers.GRU, keras.layers.LSTM, layers.GRU, layers.MGU])
def test_large_inputs_are_told_with_their_size(kind):
    keras.utils.set_random_seed(0)
    x = 1000 * normal(np.random.default_rng(0), 8, T, D)
    size = np.sqrt(np.mean(np.square(x)))
    assert f"root mean square is {size:.3g}" in found(kind(M), 1000)


@pytest.mark.parametrize("scale", [0.0, 0.1, 1.0, 5.0])
def test_usual_inputs_are_not(scale):
    keras.utils.set_random_seed(0)
    assert found(layers.LSTM(M), scale) == ""


def test_a_unit_that_is_to_hold_its_state_from_the_start_is_not():
    layer = layers.LSTM(M, gate_bias="chrono", horizon=1000)
    assert found(layer, 1.0) == ""
    assert "scale the inputs" in found(layer, 100.0)


def test_large_inputs_that_leave_the_gates_undecided_are_not():
    layer = layers.GRU(M, kernel_initializer="zeros")
    assert found(layer, 1000.0) == ""


def test_a_unit_without_gates_is_not():
    assert found(layers.SimpleRNN(M), 1000.0) == ""
