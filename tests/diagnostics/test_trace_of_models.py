"""The trace of a whole model: of Keras's layers, with another loss, without targets, by XLA."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.interchange import from_keras
from tests.diagnostics.models import MODELS, B, M, T, batch, compiled

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_keras_layers_and_ours_give_the_same_trace(make):
    x, y = batch(padded=True)
    theirs = make(keras.layers)
    ours = from_keras(theirs)
    ours.compile("sgd", "mean_squared_error")
    one, other = rnnexp.trace(theirs, x, y), rnnexp.trace(ours, x, y)
    assert list(one) == list(other)
    for name in one:
        assert one[name].layer_class.startswith("keras.")
        assert other[name].layer_class.startswith("rnnexp.")
        assert one[name].drop_attrs().equals(other[name].drop_attrs())


def test_of_a_linear_recurrence_the_gradients_are_powers_of_the_matrix():
    """With a loss on h_T alone: dL/dh_t = dL/dh_T (W_hᵀ)^(T-t)."""
    x, y = batch()
    model = compiled(layers.SimpleRNN(M, activation="linear", name="unit"))
    found = rnnexp.trace(model, x, y)["unit"]
    W_o = model.layers[-1].kernel.numpy()
    last = 2 * (model(x).numpy() - y) / B @ W_o.T
    W_h = model.get_layer("unit").cell.recurrent_kernel.numpy()
    for t in range(T):
        power = np.linalg.matrix_power(W_h.T, T - 1 - t)
        np.testing.assert_allclose(found["d_h"][:, t], last @ power, **CLOSE)


@pytest.mark.parametrize(
    "loss",
    [
        lambda: "mean_squared_error",
        lambda: keras.losses.MeanSquaredError(),
        lambda: keras.losses.mean_squared_error,
    ],
    ids=["name", "object", "function"],
)
def test_a_given_loss_is_taken_as_the_compiled_one_would_be(loss):
    x, y = batch()
    model = MODELS[0]()
    compiled_loss = rnnexp.trace(model, x, y)
    given = keras.Sequential(model.layers)
    for name, dataset in rnnexp.trace(given, x, y, loss()).items():
        assert dataset.equals(compiled_loss[name])


def test_without_targets_there_is_the_forward_part():
    x, y = batch()
    model = MODELS[0]()
    whole = rnnexp.trace(model, x, y)["high"]
    forward = rnnexp.trace(model, x)["high"]
    assert set(forward) == {"h", "c", "i", "f", "o", "candidate", "x"}
    assert all(forward[name].equals(whole[name]) for name in forward)
    assert set(whole) - set(forward) == {
        *("d_h", "d_c", "d_x"),
        *("delta_i", "delta_f", "delta_o", "delta_candidate"),
    }


def test_the_sweep_compiled_by_xla_gives_the_same():
    x, y = batch(padded=True)
    model = MODELS[1]()
    one = rnnexp.trace(model, x, y)
    tf.config.run_functions_eagerly(False)
    for name, dataset in rnnexp.trace(model, x, y).items():
        for variable in dataset:
            np.testing.assert_allclose(dataset[variable], one[name][variable], **CLOSE)
