"""Gu, Gulcehre, Paine, Hoffman & Pascanu (2020), arXiv 1910.09890.

The authors published no code.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def urlstm(x, states, w, fields):
    h, c = states
    σ, φ = fields.recurrent_activation, fields.activation
    W_f, W_r, W_u, W_o = parts(w["kernel"], 4)
    U_f, U_r, U_u, U_o = parts(w["recurrent_kernel"], 4)
    b_f, b_r, b_u, b_o = parts(w["bias"], 4)
    f = σ(x @ W_f + h @ U_f + b_f)
    r = σ(x @ W_r + h @ U_r + b_r)
    g = 2 * r * f + (1 - 2 * r) * f**2
    u = φ(x @ W_u + h @ U_u + b_u)
    c = g * c + (1 - g) * u
    o = σ(x @ W_o + h @ U_o + b_o)
    return o * φ(c), c


STEPS = {equations.URLSTM: urlstm}
KEEPS = {equations.URLSTM: lambda seen, fields: seen["g"]}
