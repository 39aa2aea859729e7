"""Gers, Schraudolph & Schmidhuber (2002)."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def peephole_lstm(x, states, w, fields):
    h, c = states
    σ, φ = fields.recurrent_activation, fields.activation
    W_xi, W_xf, W_xc, W_xo = parts(w["kernel"], 4)
    W_hi, W_hf, W_hc, W_ho = parts(w["recurrent_kernel"], 4)
    b_i, b_f, b_c, b_o = parts(w["bias"], 4)
    i = σ(x @ W_xi + h @ W_hi + w["p_i"] * c + b_i)
    f = σ(x @ W_xf + h @ W_hf + w["p_f"] * c + b_f)
    c_hat = φ(x @ W_xc + h @ W_hc + b_c)
    c = f * c + i * c_hat
    o = σ(x @ W_xo + h @ W_ho + w["p_o"] * c + b_o)
    return o * φ(c), c


STEPS = {equations.PeepholeLSTM: peephole_lstm}
KEEPS = {equations.PeepholeLSTM: lambda seen, fields: seen["f"]}
