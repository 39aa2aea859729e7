"""Measures of the step Jacobian: its entries, singular values, eigenvalues, Lyapunov exponents."""

import numpy as np
import tensorflow as tf
import xarray

from rnnexp.diagnostics.equation_attributes import equation_in, zoneout_in
from rnnexp.diagnostics.measures.of_layer import (
    in_step_order,
    of_one_step,
    rows_of,
    states_before,
    weights,
)
from rnnexp.diagnostics.one_step import one_step
from rnnexp.engine.zoneout import zoned


@in_step_order
def step_jacobians(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes ds_t/ds_{t-1} of the whole state s, [h; c] for the LSTM, at every timestep.

    The gradient is propagated by the product of these Jacobians over t: Bengio, Simard & Frasconi
    (1994).

    Args:
        dataset: The trace of one layer at one training step. The result has B·T·(S·M)² numbers, so
            select a few sequences, for example `dataset.isel(batch=slice(4))`.

    Returns:
        A Dataset with the variable jacobian and the dimensions (batch, time, to, from), where to
        and from have length S·M. Entry (i, j) is the derivative of the i-th entry of s_t by the
        j-th entry of s_{t-1}. The states are concatenated in the order of `dataset.states`, so
        dh_t/dh_{t-1} is the first M rows and columns. At padding the Jacobian is the identity.

    Raises:
        ValueError: The Dataset has several training steps.
    """
    of_one_step(dataset)
    equation, own = equation_in(dataset), weights(dataset)
    before = np.concatenate(states_before(dataset), axis=2)
    B, T, size = before.shape
    x, rows = tf.constant(rows_of(dataset["x"].values)), tf.constant(rows_of(before))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(rows)
        states = tf.split(rows, len(equation.states), axis=1)
        following = one_step(equation, own, x, states).states
        after = tf.concat(zoned(zoneout_in(dataset), following, states), axis=1)
    unit = tf.eye(size, dtype=rows.dtype)
    found = [
        tape.gradient(
            after,
            rows,
            output_gradients=tf.broadcast_to(unit[i], after.shape),
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        for i in range(size)
    ]
    J = np.stack([row.numpy() for row in found], axis=1).reshape(B, T, size, size)
    J = np.where(dataset["mask"].values[..., None, None], J, np.eye(size))
    text = {"long_name": "step Jacobian ds_t/ds_{t-1}", "units": "1"}
    return xarray.Dataset(
        {"jacobian": (("batch", "time", "to", "from"), J.astype(before.dtype), text)},
        {"time": dataset["time"]},
    )


def stretching(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes how much each step can stretch a change of the state.

        largest_singular_value  ‖J_t‖₂, 0 or more, dimensionless: the largest growth in step t of a
                                change of s_{t-1}, and of a gradient in the backward pass
        spectral_radius         max |eigenvalue of J_t|, 0 or more, dimensionless: the growth per
                                step if all steps were like this one

    Gradients vanish if all singular values stay below 1: Pascanu, Mikolov & Bengio (2013), arXiv
    1211.5063.

    Args:
        dataset: The trace of one layer at one training step; see `step_jacobians`.

    Returns:
        A Dataset with the dimensions (batch, time); NaN where the Jacobian is not finite.

    Raises:
        ValueError: The Dataset has several training steps.
    """
    J = step_jacobians(dataset)["jacobian"]
    finite = np.isfinite(J.values).all(axis=(2, 3))
    safe = tf.constant(np.where(finite[..., None, None], J.values, 0), "float64")
    # For thousands of small matrices TensorFlow uses threads efficiently, and NumPy does not.
    measured = {
        "largest_singular_value": tf.linalg.svd(safe, compute_uv=False).numpy().max(axis=2),
        "spectral_radius": np.abs(tf.linalg.eigvals(safe).numpy()).max(axis=2),
    }
    return xarray.Dataset(
        {
            name: (
                ("batch", "time"),
                np.where(finite, values, np.nan),
                {"long_name": f"step Jacobian, {name.replace('_', ' ')}", "units": "1"},
            )
            for name, values in measured.items()
        },
        {"time": dataset["time"]},
    )


@in_step_order
def lyapunov_exponents(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes the Lyapunov exponents along each sequence with the QR method, in nats per timestep.

        Q_0 = 1;  Q_t R_t = J_t Q_{t-1};  λ_i = 1/T Σ_t log |(R_t)_ii|

    In a direction with λ < 0, a change of the state and a gradient shrink by the factor e^λ per
    step; with λ > 0 they grow. The exponents of T steps are an estimate that improves with T.
    Padding is not counted. Sources: Vogt, Puelma Touzel, Shlizerman & Lajoie (2022), "On Lyapunov
    exponents for RNNs", arXiv 2006.14123; Engelken, Wolf & Abbott, arXiv 2006.02427.

    Args:
        dataset: The trace of one layer at one training step; see `step_jacobians`.

    Returns:
        A Dataset with the variable lyapunov_exponents and the dimensions (batch, exponent). The S·M
        exponents are in the order of the columns of Q, so for large T the largest is first. An
        exponent is -inf if its direction is lost completely.

    Raises:
        ValueError: The Dataset has several training steps.
    """
    J = step_jacobians(dataset)["jacobian"].values.astype("float64")
    mask = dataset["mask"].values
    B, T, size, _ = J.shape
    Q, total = np.broadcast_to(np.eye(size), (B, size, size)), np.zeros((B, size))
    for t in range(T):
        Q, R = np.linalg.qr(J[:, t] @ Q)
        with np.errstate(divide="ignore"):
            logs = np.log(np.abs(np.diagonal(R, axis1=1, axis2=2)))
        total = total + np.where(mask[:, t, None], logs, 0)
    with np.errstate(invalid="ignore"):
        exponents = total / mask.sum(axis=1, keepdims=True)
    text = {"long_name": "Lyapunov exponent", "units": "nat per timestep"}
    return xarray.Dataset({"lyapunov_exponents": (("batch", "exponent"), exponents, text)})
