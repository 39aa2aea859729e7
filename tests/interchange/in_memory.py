"""Models in memory, and what it means that a copy is like the original."""

import keras
import numpy as np
from keras import ops

from rnnexp import layers
from rnnexp.interchange import from_keras, to_keras
from tests.units import normal

B, T, D, M = 3, 5, 2, 4


X = normal(np.random.default_rng(0), B, T, D)


def randomised(model):
    rng = np.random.default_rng(1)
    for weight in model.trainable_weights:
        weight.assign(0.5 * normal(rng, *weight.shape))
    return model


def sequential(*parts, batch=None):
    return randomised(keras.Sequential([keras.Input((T, D), batch_size=batch), *parts]))


def recurrent_modules(model):
    names = set(layers.__all__)
    return {
        type(part).__module__.partition(".")[0]
        for part in model._flatten_layers()
        if type(part).__name__ in names
    }


def assert_alike(model, x=X):
    """The copy computes the same, and so does what comes back; each has only its own layers."""
    expected = np.asarray(model(x))
    ours = from_keras(model)
    theirs = to_keras(ours)
    assert recurrent_modules(ours) <= {"rnnexp"} and recurrent_modules(theirs) <= {"keras"}
    assert recurrent_modules(model) == recurrent_modules(theirs)
    np.testing.assert_allclose(ours(x), expected, atol=1e-6)
    np.testing.assert_allclose(theirs(x), expected, atol=1e-6)
    np.testing.assert_array_equal(model(x), expected)
    return ours


def own_loss(y, prediction):
    return ops.mean((y - prediction) ** 4)
