"""Chang, Chen, Haber & Chi (2019), arXiv 1902.09689."""

import numpy as np

from rnnexp import equations


def antisymmetric_rnn(x, states, w, fields):
    (h,) = states
    W = w["recurrent_kernel"]
    A = W - W.T - fields.diffusion * np.eye(len(W))
    return (h + fields.step_size * fields.activation(x @ w["kernel"] + h @ A + w["bias"]),)


STEPS = {equations.AntisymmetricRNN: antisymmetric_rnn}
KEEPS = {equations.AntisymmetricRNN: lambda seen, fields: 1.0}
