"""Beck et al. (2024), arXiv 2405.04517, stabilised as in its equations 15 to 17."""

import numpy as np

from rnnexp import equations
from tests.transcriptions.arithmetic import parts, sigmoid


def slstm(x, states, w, fields):
    h, c, n, m = states
    W_xi, W_xf, W_xz, W_xo = parts(w["kernel"], 4)
    W_hi, W_hf, W_hz, W_ho = parts(w["recurrent_kernel"], 4)
    b_i, b_f, b_z, b_o = parts(w["bias"], 4)
    i_tilde = x @ W_xi + h @ W_hi + b_i
    f_tilde = x @ W_xf + h @ W_hf + b_f
    z = fields.activation(x @ W_xz + h @ W_hz + b_z)
    o = fields.recurrent_activation(x @ W_xo + h @ W_ho + b_o)
    m_next = np.maximum(np.log(sigmoid(f_tilde)) + m, i_tilde)
    i = np.exp(i_tilde - m_next)
    f = np.exp(np.log(sigmoid(f_tilde)) + m - m_next)
    c = f * c + i * z
    n = f * n + i
    return o * c / n, c, n, m_next


def positive_normaliser(states):
    """n is a sum of positive terms."""
    h, c, n, m = states
    return [h, c, 0.5 + abs(n), m]


STEPS = {equations.SLSTM: slstm}
LEGAL = {equations.SLSTM: positive_normaliser}
KEEPS = {equations.SLSTM: lambda seen, fields: seen["f"]}
