"""Ravanelli, Brakel, Omologo & Bengio (2018), arXiv 1803.10225, without batch normalisation.

Checked against the loop of liGRU in pytorch-kaldi with ligru_use_batchnorm=False.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def li_gru(x, states, w, fields):
    (h,) = states
    W_z, W_h = parts(w["kernel"], 2)
    U_z, U_h = parts(w["recurrent_kernel"], 2)
    b_z, b_h = parts(w["bias"], 2)
    z = fields.recurrent_activation(x @ W_z + b_z + h @ U_z)
    candidate = fields.activation(x @ W_h + b_h + h @ U_h)
    return (z * h + (1 - z) * candidate,)


STEPS = {equations.LiGRU: li_gru}
KEEPS = {equations.LiGRU: lambda seen, fields: seen["z"]}
