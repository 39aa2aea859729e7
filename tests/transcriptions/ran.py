"""Lee, Levy & Zettlemoyer (2017), arXiv 1705.07393, with a bias in the candidate.

The arithmetic agrees with RAN of MartinuzziFrancesco/torchrecurrent.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def ran(x, states, w, fields):
    h, c = states
    σ = fields.recurrent_activation
    W_cx, W_ix, W_fx = parts(w["kernel"], 3)
    W_ih, W_fh = parts(w["recurrent_kernel"], 2)
    b_c, b_i, b_f = parts(w["bias"], 3)
    content = x @ W_cx + b_c
    i = σ(h @ W_ih + x @ W_ix + b_i)
    f = σ(h @ W_fh + x @ W_fx + b_f)
    c = i * content + f * c
    return fields.activation(c), c


STEPS = {equations.RAN: ran}
KEEPS = {equations.RAN: lambda seen, fields: seen["f"]}
