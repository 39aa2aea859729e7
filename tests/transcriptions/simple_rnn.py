"""Elman (1990)."""

from rnnexp import equations


def simple_rnn(x, states, w, fields):
    (h,) = states
    return (fields.activation(x @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"]),)


STEPS = {equations.SimpleRNN: simple_rnn}
KEEPS = {equations.SimpleRNN: lambda seen, fields: 0.0}
