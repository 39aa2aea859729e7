"""Feng, Tung, Ahmed, Bengio & Hajimirsadeghi (2024), arXiv 2410.01201.

The arithmetic was checked against lucidrains/minGRU-pytorch (minGRU_pytorch/minLSTM.py).
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def min_lstm(x, states, w, fields):
    (h,) = states
    σ = fields.recurrent_activation
    f, i, h_tilde = (
        x @ W + b for W, b in zip(parts(w["kernel"], 3), parts(w["bias"], 3), strict=True)
    )
    f, i, h_tilde = σ(f), σ(i), fields.activation(h_tilde)
    f_prime, i_prime = f / (f + i), i / (f + i)
    return (f_prime * h + i_prime * h_tilde,)


STEPS = {equations.MinLSTM: min_lstm}
KEEPS = {equations.MinLSTM: lambda seen, fields: seen["f"] / (seen["f"] + seen["i"])}
