"""Kusupati et al. (2018), arXiv 1901.02358: checked against FastGRNNCell of microsoft/EdgeML."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts, sigmoid


def fast_grnn(x, states, w, fields):
    (h,) = states
    W, U = w["kernel"], w["recurrent_kernel"]
    b_z, b_h = parts(w["bias"], 2)
    ζ, ν = sigmoid(w["zeta"]), sigmoid(w["nu"])
    a = x @ W + h @ U
    z = fields.recurrent_activation(a + b_z)
    h_tilde = fields.activation(a + b_h)
    return ((ζ * (1 - z) + ν) * h_tilde + z * h,)


STEPS = {equations.FastGRNN: fast_grnn}
KEEPS = {equations.FastGRNN: lambda seen, fields: seen["z"]}
