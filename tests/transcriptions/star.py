"""Turkoglu, D'Aronco, Wegner & Schindler (2019), arXiv 1911.11033.

The arithmetic agrees with STARCell of MartinuzziFrancesco/torchrecurrent.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def star(x, states, w, fields):
    (h,) = states
    W_xk, W_xz = parts(w["kernel"], 2)
    b_k, b_z = parts(w["bias"], 2)
    z = fields.activation(x @ W_xz + b_z)
    k = fields.recurrent_activation(x @ W_xk + h @ w["recurrent_kernel"] + b_k)
    return (fields.activation((1 - k) * h + k * z),)


STEPS = {equations.STAR: star}
# The derivative of tanh at (1 - k) h + k z is 1 - h_t².
KEEPS = {equations.STAR: lambda seen, fields: (1 - seen["k"]) * (1 - seen["h"] ** 2)}
