"""Which states are affine: what is found from `step` is true of the numbers."""

import numpy as np
import pytest

from rnnexp.engine.affine import affine_states
from tests.transcriptions import transcription
from tests.units import EVERY_UNIT, arrays, normal, randomise


@EVERY_UNIT
def test_affine_states_mix_linearly_and_no_other_state_is_read(unit):
    """s ↦ step(s) is affine exactly if it keeps weighted means, for weights that sum to 1."""
    M, D, rows = 3, 2, 40
    rng = np.random.default_rng(0)
    layer = unit.layer(M, dtype="float64")
    layer.build((None, None, D))
    weights = arrays(randomise(layer, rng))
    step = transcription(unit.equation)
    x = normal(rng, rows, D, dtype="float64")
    one, other = (unit.states_like(rng, rows, M, dtype="float64") for _ in range(2))
    between = [1.5 * a - 0.5 * b for a, b in zip(one, other, strict=True)]
    after = [step(x, states, weights) for states in (one, other, between)]
    found = affine_states(unit.equation)
    if not found:
        mixed = [np.allclose(1.5 * a - 0.5 * b, c) for a, b, c in zip(*after, strict=True)]
        assert not all(mixed)
        return
    for j in found:
        a, b, c = (states[j] for states in after)
        np.testing.assert_allclose(1.5 * a - 0.5 * b, c, atol=1e-12)
    unread = set(range(unit.states)) - set(found)
    moved = [s + (j in unread) for j, s in enumerate(one)]
    for a, b in zip(after[0], step(x, moved, weights), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("activation", ["relu", "softplus"])
def test_the_activation_of_a_neuron_does_not_matter(activation):
    from rnnexp.layers import MinGRU

    assert affine_states(MinGRU(2, activation=activation).cell.equation) == (0,)
