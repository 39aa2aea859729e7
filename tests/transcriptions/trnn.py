"""Balduzzi & Ghifary (2016), arXiv 1602.02218, with a bias in z.

The arithmetic agrees with TRNNCell of MartinuzziFrancesco/torchrecurrent.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def trnn(x, states, w, fields):
    (h,) = states
    W, V = parts(w["kernel"], 2)
    b_z, b = parts(w["bias"], 2)
    z = x @ W + b_z
    f = fields.recurrent_activation(x @ V + b)
    return (f * h + (1 - f) * z,)


STEPS = {equations.TRNN: trnn}
KEEPS = {equations.TRNN: lambda seen, fields: seen["f"]}
