"""Retention, of every equation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from tests.units import EQUATIONS


@pytest.mark.parametrize("equation_class", EQUATIONS)
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_retention_is_what_a_step_keeps_of_the_old_state(equation_class, seed):
    """With the neurons' outputs held, an old memory larger by 1 is a new one larger by ρ."""
    equation = equation_class()
    rng = np.random.default_rng(seed)
    outputs = [rng.uniform(size=(3, 2)) for _ in equation.neurons]
    held = [lambda v, gate=None, y=y: y for y in outputs]
    states = [rng.normal(size=(3, 2)) for _ in equation.states]

    def memory(*states):
        """The state that is carried over: the LSTM's c, else h."""
        following = equation.step(*held, *states)
        return ops.convert_to_numpy(following[-1] if isinstance(following, tuple) else following)

    kept = memory(*states[:-1], states[-1] + 1) - memory(*states)
    retention = ops.convert_to_numpy(equation.retention(*outputs))
    np.testing.assert_allclose(retention, kept, atol=1e-12)
    assert retention.min() >= 0
    assert retention.max() <= 1
