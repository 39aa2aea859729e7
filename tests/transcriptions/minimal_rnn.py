"""Chen (2017), arXiv 1711.06788.

The arithmetic was checked against torchrecurrent's MinimalRNNCell.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def minimal_rnn(x, states, w, fields):
    (h,) = states
    b_z, b_u = parts(w["bias"], 2)
    U_h, U_z = parts(w["recurrent_kernel"], 2)
    z = fields.activation(x @ w["kernel"] + b_z)
    u = fields.recurrent_activation(h @ U_h + z @ U_z + b_u)
    return (u * h + (1 - u) * z,)


STEPS = {equations.MinimalRNN: minimal_rnn}
KEEPS = {equations.MinimalRNN: lambda seen, fields: seen["u"]}
