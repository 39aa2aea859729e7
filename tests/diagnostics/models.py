"""Small models whose recurrent layers are traced, and batches for them, in float64."""

import keras
import numpy as np

from rnnexp import layers
from tests.units import normal

B, T, D, M = 3, 6, 2, 4


def batch(seed=0, padded=False):
    """x (B, T, D) and y (B, 1); padded: the last two timesteps of the first sequence are zeros."""
    rng = np.random.default_rng(seed)
    x = normal(rng, B, T, D, dtype="float64")
    if padded:
        x[0, -2:] = 0
    return x, normal(rng, B, 1, dtype="float64")


def compiled(*inside, seed=1):
    """A model (B, T, D) → (B, 1) of the layers, with random weights of size about 1/2."""
    model = keras.Sequential([keras.Input((T, D)), *inside, keras.layers.Dense(1)])
    rng = np.random.default_rng(seed)
    model.set_weights([0.5 * normal(rng, *w.shape, dtype="float64") for w in model.get_weights()])
    model.compile("sgd", "mean_squared_error")
    return model


def masking():
    return keras.layers.Masking()


def stacked(kind=layers):
    return compiled(
        kind.GRU(M, return_sequences=True, reset_after=True, name="low"),
        kind.LSTM(M, name="high"),
    )


def bidirectional(kind=layers):
    inside = kind.LSTM(M, return_sequences=True)
    return compiled(
        masking(),
        keras.layers.Bidirectional(inside, name="both"),
        kind.SimpleRNN(M, name="top"),
    )


def nested(kind=layers):
    sequence = keras.Input((T, D))
    hidden = kind.GRU(M, return_sequences=True, reset_after=True, name="gru")
    encoder = keras.Model(sequence, hidden(sequence), name="encoder")
    return compiled(encoder, kind.GRU(M, reset_after=True, name="gru"))


MODELS = [stacked, bidirectional, nested]
