"""Jozefowicz, Zaremba & Sutskever (2015), the units MUT1, MUT2 and MUT3 as the paper prints them.

The paper has x_t itself where W_xh (MUT1) and W_xr (MUT2) stand here. Their arithmetic agrees with
MartinuzziFrancesco/torchrecurrent, which has these matrices, too.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def mut1(x, states, w, fields):
    (h,) = states
    σ, φ = fields.recurrent_activation, fields.activation
    W_xz, W_xr, W_xh = parts(w["kernel"], 3)
    W_hr, W_hh = parts(w["recurrent_kernel"], 2)
    b_z, b_r, b_h = parts(w["bias"], 3)
    z = σ(x @ W_xz + b_z)
    r = σ(x @ W_xr + h @ W_hr + b_r)
    return (φ((r * h) @ W_hh + φ(x @ W_xh) + b_h) * z + h * (1 - z),)


def with_reading(reading):
    """MUT2 and MUT3, which differ in what their update gate reads."""

    def step(x, states, w, fields):
        (h,) = states
        σ, φ = fields.recurrent_activation, fields.activation
        W_xz, W_xr, W_xh = parts(w["kernel"], 3)
        W_hz, W_hr, W_hh = parts(w["recurrent_kernel"], 3)
        b_z, b_r, b_h = parts(w["bias"], 3)
        z = σ(x @ W_xz + reading(h, φ) @ W_hz + b_z)
        r = σ(x @ W_xr + h @ W_hr + b_r)
        return (φ((r * h) @ W_hh + x @ W_xh + b_h) * z + h * (1 - z),)

    return step


STEPS = {
    equations.MUT1: mut1,
    equations.MUT2: with_reading(lambda h, φ: h),
    equations.MUT3: with_reading(lambda h, φ: φ(h)),
}
KEEPS = {
    equations.MUT1: lambda seen, fields: 1 - seen["z"],
    equations.MUT2: lambda seen, fields: 1 - seen["z"],
    equations.MUT3: lambda seen, fields: 1 - seen["z"],
}
