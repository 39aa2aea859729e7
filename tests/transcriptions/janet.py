"""van der Westhuizen & Lasenby (2018), arXiv 1804.04849.

The arithmetic was checked against JosvanderWesthuizen/janet (aux_code/rnn_cells.py, forget_only),
which writes i as σ(1 - s).
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def janet(x, states, w, fields):
    (h,) = states
    W_f, W_c = parts(w["kernel"], 2)
    U_f, U_c = parts(w["recurrent_kernel"], 2)
    b_f, b_c = parts(w["bias"], 2)
    σ, β = fields.recurrent_activation, fields.beta
    s = h @ U_f + x @ W_f + b_f
    c_tilde = fields.activation(h @ U_c + x @ W_c + b_c)
    c = σ(s) * h + (1 - σ(s - β)) * c_tilde
    return (c,)


STEPS = {equations.JANET: janet}
KEEPS = {equations.JANET: lambda seen, fields: seen["f"]}
