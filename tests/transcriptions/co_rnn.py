"""Rusch & Mishra (2021), arXiv 2010.00951, with the damping at the old velocity."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def co_rnn(x, states, w, fields):
    y, v = states  # the paper's letters: the position and the velocity
    dt, γ, ε = fields.time_step, fields.frequency, fields.damping
    W_y, W_v = parts(w["recurrent_kernel"], 2)
    force = fields.activation(x @ w["kernel"] + y @ W_y + v @ W_v + w["bias"])
    v = v + dt * (force - γ * y - ε * v)
    return y + dt * v, v


STEPS = {equations.CoRNN: co_rnn}
KEEPS = {equations.CoRNN: lambda seen, fields: 1 - fields.frequency * fields.time_step**2}
