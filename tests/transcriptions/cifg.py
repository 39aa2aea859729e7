"""Greff et al. (2017), arXiv 1503.04069: the vanilla LSTM with f = 1 - i, without peepholes."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def cifg(x, states, w, fields):
    y, c = states  # y is the paper's letter for the output
    σ, g = fields.recurrent_activation, fields.activation
    W_i, W_z, W_o = parts(w["kernel"], 3)
    R_i, R_z, R_o = parts(w["recurrent_kernel"], 3)
    b_i, b_z, b_o = parts(w["bias"], 3)
    z = g(x @ W_z + y @ R_z + b_z)
    i = σ(x @ W_i + y @ R_i + b_i)
    f = 1 - i
    c = z * i + c * f
    o = σ(x @ W_o + y @ R_o + b_o)
    return g(c) * o, c


STEPS = {equations.CIFG: cifg}
KEEPS = {equations.CIFG: lambda seen, fields: 1 - seen["i"]}
