"""Zhang, Xiong, Su, Lin & Zhang (2018), arXiv 1810.12546: checked against bzhangGo/zero."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def atr(x, states, w, fields):
    (h,) = states
    b_p, b_q = parts(w["bias"], 2)
    p = x @ w["kernel"] + b_p
    q = h @ w["recurrent_kernel"] + b_q
    i = fields.recurrent_activation(p + q)
    f = fields.recurrent_activation(p - q)
    return (i * p + f * h,)


STEPS = {equations.ATR: atr}
KEEPS = {equations.ATR: lambda seen, fields: seen["f"]}
