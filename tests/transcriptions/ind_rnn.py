"""Li, Li, Cook, Zhu & Gao (2018), arXiv 1803.04831."""

from rnnexp import equations


def ind_rnn(x, states, w, fields):
    (h,) = states
    return (fields.activation(x @ w["kernel"] + w["u"] * h + w["bias"]),)


STEPS = {equations.IndRNN: ind_rnn}
KEEPS = {equations.IndRNN: lambda seen, fields: 0.0}
