"""Feng, Tung, Ahmed, Bengio & Hajimirsadeghi (2024), arXiv 2410.01201."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def min_gru(x, states, w, fields):
    (h,) = states
    W_z, W_h = parts(w["kernel"], 2)
    b_z, b_h = parts(w["bias"], 2)
    z = fields.recurrent_activation(x @ W_z + b_z)
    h_hat = fields.activation(x @ W_h + b_h)
    return ((1 - z) * h + z * h_hat,)


STEPS = {equations.MinGRU: min_gru}
KEEPS = {equations.MinGRU: lambda seen, fields: 1 - seen["z"]}
