"""A layer beside its reference, with the same weights."""

import numpy as np

from tests.units import randomise

B, T, D, M = 3, 5, 2, 4
SEQUENCES = {"return_sequences": True}


def both(unit, **arguments):
    """Our layer and its reference with the same weights, for inputs of D features."""
    ours, theirs = unit.layer(M, **arguments), unit.reference(M, **arguments)
    for layer in (ours, theirs):
        layer.build((B, T, D))
    theirs.set_weights(unit.moved(randomise(ours, np.random.default_rng(92)).get_weights()))
    return ours, theirs


def equal(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
