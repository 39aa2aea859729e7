"""Chung et al. (2014), Cho et al. (2014), with the reset before and after the product."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def gates(x, states, w, fields):
    """z and ĥ, with the reset before the recurrent product."""
    (h,) = states
    σ, φ = fields.recurrent_activation, fields.activation
    W_xz, W_xr, W_xh = parts(w["kernel"], 3)
    W_hz, W_hr, W_hh = parts(w["recurrent_kernel"], 3)
    b_z, b_r, b_h = parts(w["bias"], 3)
    z = σ(x @ W_xz + h @ W_hz + b_z)
    r = σ(x @ W_xr + h @ W_hr + b_r)
    h_hat = φ(x @ W_xh + (r * h) @ W_hh + b_h)
    return z, h_hat


def reset_after_gates(x, states, w, fields):
    """z and ĥ, with the reset after the recurrent product, b (2, 3M)."""
    (h,) = states
    σ, φ = fields.recurrent_activation, fields.activation
    W_xz, W_xr, W_xh = parts(w["kernel"], 3)
    W_hz, W_hr, W_hh = parts(w["recurrent_kernel"], 3)
    (b_z, b_hz), (b_r, b_hr), (b_h, b_hh) = parts(w["bias"], 3)
    z = σ(x @ W_xz + b_z + h @ W_hz + b_hz)
    r = σ(x @ W_xr + b_r + h @ W_hr + b_hr)
    h_hat = φ(x @ W_xh + b_h + r * (h @ W_hh + b_hh))
    return z, h_hat


def new(gates):
    """z = 1 takes the candidate."""

    def step(x, states, w, fields):
        z, h_hat = gates(x, states, w, fields)
        return ((1 - z) * states[0] + z * h_hat,)

    return step


def keep(gates):
    """z = 1 keeps the old state."""

    def step(x, states, w, fields):
        z, h_hat = gates(x, states, w, fields)
        return (z * states[0] + (1 - z) * h_hat,)

    return step


STEPS = {
    equations.GRU: new(gates),
    equations.ResetAfterGRU: new(reset_after_gates),
    equations.KeepGRU: keep(gates),
    equations.KeepResetAfterGRU: keep(reset_after_gates),
}
KEEPS = {
    equations.GRU: lambda seen, fields: 1 - seen["z"],
    equations.ResetAfterGRU: lambda seen, fields: 1 - seen["z"],
    equations.KeepGRU: lambda seen, fields: seen["z"],
    equations.KeepResetAfterGRU: lambda seen, fields: seen["z"],
}
