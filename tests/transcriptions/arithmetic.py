"""What the transcriptions have in common."""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def relu(a):
    return np.maximum(a, 0)


def linear(a):
    return a


def g(a):
    """g of Feng et al. (2024): a + 0.5 where a is 0 or more, else σ(a)."""
    return np.where(a >= 0, a + 0.5, sigmoid(a))


def parts(array, n):
    """The n blocks of columns of an array."""
    return np.split(array, n, axis=-1)


ACTIVATIONS = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "linear": linear,
    "min_gru_g": g,
}
