"""Hochreiter & Schmidhuber (1997), Gers, Schmidhuber & Cummins (2000)."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def lstm(x, states, w, fields):
    h, c = states
    σ, φ = fields.recurrent_activation, fields.activation
    W_xi, W_xf, W_xc, W_xo = parts(w["kernel"], 4)
    W_hi, W_hf, W_hc, W_ho = parts(w["recurrent_kernel"], 4)
    b_i, b_f, b_c, b_o = parts(w["bias"], 4)
    i = σ(x @ W_xi + h @ W_hi + b_i)
    f = σ(x @ W_xf + h @ W_hf + b_f)
    c_hat = φ(x @ W_xc + h @ W_hc + b_c)
    o = σ(x @ W_xo + h @ W_ho + b_o)
    c = f * c + i * c_hat
    return o * φ(c), c


STEPS = {equations.LSTM: lstm}
KEEPS = {equations.LSTM: lambda seen, fields: seen["f"]}
