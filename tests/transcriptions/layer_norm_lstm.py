"""Ba, Kiros & Hinton (2016), arXiv 1607.06450, equations 20 to 22."""

import numpy as np

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def layer_norm_lstm(x, states, w, fields):
    h, c = states
    σ, φ = fields.recurrent_activation, fields.activation

    def normalised(a):
        deviation = np.sqrt(a.var(axis=-1, keepdims=True) + fields.epsilon)
        return (a - a.mean(axis=-1, keepdims=True)) / deviation

    from_h = w["g_h"] * normalised(h @ w["recurrent_kernel"])
    from_x = w["g_x"] * normalised(x @ w["kernel"])
    i, f, c_hat, o = parts(from_h + from_x + w["bias"], 4)
    c = σ(f) * c + σ(i) * φ(c_hat)
    return σ(o) * φ(w["g_c"] * normalised(c) + w["b_c"]), c


STEPS = {equations.LayerNormLSTM: layer_norm_lstm}
KEEPS = {equations.LayerNormLSTM: lambda seen, fields: seen["f"]}
