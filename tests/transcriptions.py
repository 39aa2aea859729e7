"""The equations' docstrings in NumPy, for one timestep: what the laws are computed against."""

import numpy as np

from rnnexp import equations


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def relu(a):
    return np.maximum(a, 0)


def parts(array, n):
    return np.split(array, n, axis=-1)


def simple_rnn(x, states, W_x, W_h, b, activation):
    (h,) = states
    return (activation(x @ W_x + h @ W_h + b),)


def lstm(x, states, W_x, W_h, b, activation):
    h, c = states
    W_xi, W_xf, W_xc, W_xo = parts(W_x, 4)
    W_hi, W_hf, W_hc, W_ho = parts(W_h, 4)
    b_i, b_f, b_c, b_o = parts(b, 4)
    i = sigmoid(x @ W_xi + h @ W_hi + b_i)
    f = sigmoid(x @ W_xf + h @ W_hf + b_f)
    c_hat = activation(x @ W_xc + h @ W_hc + b_c)
    o = sigmoid(x @ W_xo + h @ W_ho + b_o)
    c = f * c + i * c_hat
    return o * activation(c), c


def gru_gates(x, states, W_x, W_h, b, activation):
    """z and ĥ, with the reset before the recurrent product."""
    (h,) = states
    W_xz, W_xr, W_xh = parts(W_x, 3)
    W_hz, W_hr, W_hh = parts(W_h, 3)
    b_z, b_r, b_h = parts(b, 3)
    z = sigmoid(x @ W_xz + h @ W_hz + b_z)
    r = sigmoid(x @ W_xr + h @ W_hr + b_r)
    h_hat = activation(x @ W_xh + (r * h) @ W_hh + b_h)
    return z, h_hat


def reset_after_gates(x, states, W_x, W_h, b, activation):
    """z and ĥ, with the reset after the recurrent product, b (2, 3M)."""
    (h,) = states
    W_xz, W_xr, W_xh = parts(W_x, 3)
    W_hz, W_hr, W_hh = parts(W_h, 3)
    (b_z, b_hz), (b_r, b_hr), (b_h, b_hh) = parts(b, 3)
    z = sigmoid(x @ W_xz + b_z + h @ W_hz + b_hz)
    r = sigmoid(x @ W_xr + b_r + h @ W_hr + b_hr)
    h_hat = activation(x @ W_xh + b_h + r * (h @ W_hh + b_hh))
    return z, h_hat


def new(gates):
    """z = 1 takes the candidate."""

    def step(x, states, *weights_and_activation):
        z, h_hat = gates(x, states, *weights_and_activation)
        return ((1 - z) * states[0] + z * h_hat,)

    return step


def keep(gates):
    """z = 1 keeps the old state."""

    def step(x, states, *weights_and_activation):
        z, h_hat = gates(x, states, *weights_and_activation)
        return (z * states[0] + (1 - z) * h_hat,)

    return step


STEPS = {
    equations.SimpleRNN: simple_rnn,
    equations.LSTM: lstm,
    equations.GRU: new(gru_gates),
    equations.ResetAfterGRU: new(reset_after_gates),
    equations.KeepGRU: keep(gru_gates),
    equations.KeepResetAfterGRU: keep(reset_after_gates),
}
ACTIVATIONS = {"tanh": np.tanh, "relu": relu, "linear": lambda a: a}


def transcription(equation):
    """step(x, states, W_x, W_h, b) → the next states, in NumPy, for an equation of rnnexp."""
    activation = ACTIVATIONS[equation.activation.__name__]

    def step(x, states, W_x, W_h, b):
        return STEPS[type(equation)](x, states, W_x, W_h, b, activation)

    return step
