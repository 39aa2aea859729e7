"""The step Jacobian against Keras's own cells, and exponents against eigenvalues."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import lyapunov_exponents, step_jacobians, stretching
from tests.diagnostics.models import B, D, M, T, batch, compiled, masking
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, normal


@EVERY_UNIT_SLOWLY
def test_the_jacobian_is_what_a_tape_says_of_the_cell(unit):
    """Keras's own cell, where Keras has the unit."""
    x, _ = batch()
    layer = unit.reference(M, name="unit")
    model = compiled(layer)
    dataset = rnnexp.trace(model, x)["unit"]
    found = step_jacobians(dataset)["jacobian"]
    names = unit.equation.states
    for t in range(1, T):
        before = tf.concat([dataset[s][:, t - 1].values for s in names], axis=1)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(before)
            states = tf.split(before, len(names), axis=1)
            after = tf.concat(layer.cell(tf.constant(x[:, t]), states)[1], axis=1)
        expected = tape.batch_jacobian(after, before, experimental_use_pfor=False)
        np.testing.assert_allclose(found[:, t], expected, rtol=1e-9, atol=1e-12)


@EVERY_UNIT
def test_the_product_of_the_jacobians_carries_the_gradient(unit):
    """dL/ds_1 = dL/ds_T J_T … J_2, for a loss on the last state alone."""
    dataset = rnnexp.trace(compiled(unit.layer(M, name="unit")), *batch())["unit"]
    J = step_jacobians(dataset)["jacobian"].values
    d_states = [dataset[f"d_{s}"].values for s in unit.equation.states]
    gradient = np.concatenate([d[:, -1] for d in d_states], axis=1)
    for t in range(T - 1, 0, -1):
        gradient = np.einsum("bi,bij->bj", gradient, J[:, t])
    first = np.concatenate([d[:, 0] for d in d_states], axis=1)
    np.testing.assert_allclose(gradient, first, rtol=1e-9, atol=1e-13)


def linear(matrix, T=T):
    """A trace of h_t = h_{t-1} W_h + x_t W_x, T timesteps long."""
    layer = layers.SimpleRNN(len(matrix), activation="linear", name="unit")
    model = keras.Sequential([keras.Input((T, D)), layer])
    kernel, _, bias = layer.get_weights()
    layer.set_weights([kernel, matrix, bias])
    return rnnexp.trace(model, np.zeros((B, T, D)))["unit"]


def test_of_a_linear_unit_it_is_the_recurrent_matrix():
    W_h = normal(np.random.default_rng(3), M, M, dtype="float64")
    found = stretching(linear(W_h))
    np.testing.assert_allclose(found["largest_singular_value"], np.linalg.svd(W_h)[1].max())
    np.testing.assert_allclose(found["spectral_radius"], np.abs(np.linalg.eigvals(W_h)).max())


def test_of_a_triangular_matrix_the_exponents_are_the_logs_of_its_diagonal():
    """J = W_hᵀ is triangular, so Q stays the identity and every step gives the eigenvalues."""
    diagonal = np.array([1.1, -0.9, 0.5, 0.2])
    lower = np.tril(normal(np.random.default_rng(4), M, M, dtype="float64"), -1)
    found = lyapunov_exponents(linear(lower + np.diag(diagonal)))["lyapunov_exponents"]
    np.testing.assert_allclose(found, np.tile(np.log(np.abs(diagonal)), (B, 1)), rtol=1e-10)


def test_of_any_linear_map_they_go_to_the_logs_of_its_eigenvalues():
    rng = np.random.default_rng(5)
    basis = np.eye(M) + 0.3 * normal(rng, M, M, dtype="float64")
    eigenvalues = np.array([1.0, -0.8, 0.6, 0.3])
    W_h = basis @ np.diag(eigenvalues) @ np.linalg.inv(basis)
    errors = []
    for length in (40, 80):
        found = lyapunov_exponents(linear(W_h, length))["lyapunov_exponents"]
        errors.append(np.abs(found.values - np.log(np.abs(eigenvalues))).max())
    assert errors[0] < 0.1
    np.testing.assert_allclose(errors[1], errors[0] / 2, rtol=0.01)  # what is left is 1/T of it


@EVERY_UNIT
def test_the_exponents_sum_to_the_growth_of_volume(unit):
    """Σ_i λ_i = 1/T Σ_t log |det J_t| over the timesteps that are not padding.

    Where a step of the unit loses a direction for good, an exponent runs off to -∞.
    """
    x, _ = batch(padded=True)
    arguments = {"activation": "tanh"} if unit.has_activation else {}
    model = compiled(masking(), unit.layer(M, **arguments, name="unit"))
    dataset = rnnexp.trace(model, x)["unit"]
    J = step_jacobians(dataset)["jacobian"].values
    found = lyapunov_exponents(dataset)["lyapunov_exponents"]
    if np.linalg.matrix_rank(J).min() < J.shape[-1]:
        assert (found.min("exponent") < np.log(1e-4)).any()
        return
    logs = np.linalg.slogdet(J)[1]
    expected = logs.sum(axis=1) / dataset["mask"].values.sum(axis=1)
    np.testing.assert_allclose(found.sum("exponent"), expected, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_state_that_ran_away_is_not_a_number_and_no_error():
    dataset = linear(np.eye(M))
    dataset["h"][0, 2] = np.inf
    dataset["W_h"][:] = np.nan
    assert stretching(dataset).to_dataarray().isnull().all()
