"""Ba, Kiros & Hinton (2016), arXiv 1607.06450, the GRU of the supplementary material.

The places of the normalisation and of the reset gate were checked against ryankiros/layer-norm
(layers.py, lngru_layer), where z = 1 keeps the old state.
"""

import numpy as np

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def layer_norm_gru(x, states, w, fields):
    (h,) = states
    σ, φ = fields.recurrent_activation, fields.activation
    M = h.shape[-1]

    def LN(a, gain, shift=0):
        variance = a.var(axis=-1, keepdims=True)
        return (a - a.mean(axis=-1, keepdims=True)) / np.sqrt(
            variance + fields.epsilon
        ) * gain + shift

    gates, candidate = np.s_[..., : 2 * M], np.s_[..., 2 * M :]
    W_x, W_h, b = w["kernel"], w["recurrent_kernel"], w["bias"]
    z, r = parts(σ(LN(h @ W_h[gates], w["g_h"]) + LN(x @ W_x[gates], w["g_x"], b[gates])), 2)
    h_hat = φ(
        LN(x @ W_x[candidate], w["g_xh"], b[candidate])
        + r * LN(h @ W_h[candidate], w["g_hh"], w["b_hh"])
    )
    return ((1 - z) * h + z * h_hat,)


STEPS = {equations.LayerNormGRU: layer_norm_gru}
KEEPS = {equations.LayerNormGRU: lambda seen, fields: 1 - seen["z"]}
