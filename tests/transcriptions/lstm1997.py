"""Hochreiter & Schmidhuber (1997), with tanh for both squashing functions of the memory.

The arithmetic was checked against torchrecurrent's OriginalLSTMCell.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def lstm1997(x, states, w, fields):
    y, s = states  # the paper's letters: the output and the internal state of a memory cell
    f, g = fields.recurrent_activation, fields.activation
    net_in, net_c, net_out = (
        x @ W_x + y @ W_y + b
        for W_x, W_y, b in zip(
            *(parts(w[name], 3) for name in ("kernel", "recurrent_kernel", "bias")), strict=True
        )
    )
    s = s + f(net_in) * g(net_c)
    return f(net_out) * g(s), s


STEPS = {equations.LSTM1997: lstm1997}
KEEPS = {equations.LSTM1997: lambda seen, fields: 1.0}
