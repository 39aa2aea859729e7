"""Orvieto et al. (2023), arXiv 2303.06349, in complex numbers.

Checked against LRU of NicolasZucchet/minimal-LRU, which has no biases and a diagonal D.
"""

import numpy as np

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def lru(x, states, w, fields):
    _, re, im = states
    B_re, B_im, D = parts(w["kernel"], 3)
    C_re, minus_C_im = parts(w["recurrent_kernel"], 2)
    b_re, b_im, b_y = parts(w["bias"], 3)
    log_ν, log_γ = parts(w["log_nu_gamma"], 2)
    λ = np.exp(-np.exp(log_ν) + 1j * np.exp(w["log_theta"]))
    C = C_re - 1j * minus_C_im
    h = λ * (re + 1j * im) + np.exp(log_γ) * (x @ (B_re + 1j * B_im) + b_re + 1j * b_im)
    return (h @ C).real + x @ D + b_y, h.real, h.imag


def kept(seen, fields):
    """Re λ."""
    return np.exp(-np.exp(seen["log_nu_gamma"][0])) * np.cos(np.exp(seen["log_theta"]))


STEPS = {equations.LRU: lru}
KEEPS = {equations.LRU: kept}
