"""Le, Jaitly & Hinton (2015), arXiv 1504.00941."""

from rnnexp import equations


def irnn(x, states, w, fields):
    (h,) = states
    return (fields.activation(h @ w["recurrent_kernel"] + x @ w["kernel"] + w["bias"]),)


STEPS = {equations.IRNN: irnn}
KEEPS = {equations.IRNN: lambda seen, fields: 0.0}
