"""Law: what comes after t never changes the states up to t."""

import numpy as np
import pytest

from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_SLOWLY, normal, randomise

B, T, D, M = 9, 6, 2, 4


@EVERY_UNIT_SLOWLY
@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])
@uncompiled()
def test_later_inputs_leave_earlier_states_alone(unit, masked):
    rng = np.random.default_rng(7)
    layer = unit.layer(M, return_sequences=True)
    layer.build((B, T, D))
    randomise(layer, rng)
    x = normal(rng, B, T, D)
    mask = rng.uniform(size=(B, T)) < 0.7 if masked else None
    before = layer(x, mask=mask).numpy()
    for t in range(1, T):
        changed = x.copy()
        changed[:, t:] = normal(rng, B, T - t, D)
        after = layer(changed, mask=mask).numpy()
        np.testing.assert_array_equal(after[:, :t], before[:, :t])
        assert not np.array_equal(after[:, t:], before[:, t:])
