"""Vecoven, Ernst & Drion (2021), arXiv 2006.05252: checked against BRC and NBRC of nvecoven/BRC.

The authors' code has no bias in the candidate.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def cell(read):
    """One step; read: what a and c add to their input products, (B, M) each."""

    def step(x, states, w, fields):
        (h,) = states
        U_a, U_c, U = parts(w["kernel"], 3)
        b_a, b_c, b = parts(w["bias"], 3)
        from_a, from_c = read(h, w)
        a = 1 + fields.feedback_activation(x @ U_a + from_a + b_a)
        c = fields.recurrent_activation(x @ U_c + from_c + b_c)
        return (c * h + (1 - c) * fields.activation(x @ U + a * h + b),)

    return step


def own_past(h, w):
    return w["w_a"] * h, w["w_c"] * h


def all_pasts(h, w):
    W_a, W_c = parts(w["recurrent_kernel"], 2)
    return h @ W_a, h @ W_c


STEPS = {equations.BRC: cell(own_past), equations.NBRC: cell(all_pasts)}
KEEPS = {
    equations.BRC: lambda seen, fields: seen["c"],
    equations.NBRC: lambda seen, fields: seen["c"],
}
