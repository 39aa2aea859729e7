"""Zhou, Wu, Zhang & Zhou (2016), arXiv 1603.09420."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def mgu(x, states, w, fields):
    (h,) = states
    W_xf, W_xh = parts(w["kernel"], 2)
    W_hf, W_hh = parts(w["recurrent_kernel"], 2)
    b_f, b_h = parts(w["bias"], 2)
    f = fields.recurrent_activation(x @ W_xf + h @ W_hf + b_f)
    h_hat = fields.activation(x @ W_xh + (f * h) @ W_hh + b_h)
    return ((1 - f) * h + f * h_hat,)


STEPS = {equations.MGU: mgu}
KEEPS = {equations.MGU: lambda seen, fields: 1 - seen["f"]}
