"""Rusch, Mishra, Erichson & Mahoney (2022), arXiv 2110.04744.

The arithmetic was checked against tk-rusch/LEM (sMNIST/network.py, LEMCell).
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def lem(u, states, w, fields):
    y, z = states
    V_1, V_2, V_z, V_y = parts(w["kernel"], 4)
    W_1, W_2, W_z, W_y = parts(w["recurrent_kernel"], 4)
    b_1, b_2, b_z, b_y = parts(w["bias"], 4)
    σ_hat, σ, Δt = fields.recurrent_activation, fields.activation, fields.time_step
    Δt_n = Δt * σ_hat(y @ W_1 + u @ V_1 + b_1)
    Δt_bar_n = Δt * σ_hat(y @ W_2 + u @ V_2 + b_2)
    z = (1 - Δt_n) * z + Δt_n * σ(y @ W_z + u @ V_z + b_z)
    y = (1 - Δt_bar_n) * y + Δt_bar_n * σ(z @ W_y + u @ V_y + b_y)
    return y, z


STEPS = {equations.LEM: lem}
KEEPS = {equations.LEM: lambda seen, fields: 1 - seen["dt_z"]}
