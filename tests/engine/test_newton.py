"""Newton's method over all timesteps ends at the states of the loop, for every unit."""

import numpy as np
import pytest
import tensorflow as tf
from keras import tree

from rnnexp.engine.newton import newton
from rnnexp.engine.plan import plan
from rnnexp.engine.run import operands_of
from rnnexp.layers import BRC, IndRNN
from tests.transcriptions import looped
from tests.units import EVERY_UNIT, arrays, normal, randomise

B, T, D, M = 2, 12, 2, 3


def solved(layer, x, tolerance=1e-12, most=None):
    cell = layer.cell
    states = tuple(tree.flatten(cell.get_initial_state(x.shape[0])))
    layout = plan(cell.equation)
    operands = operands_of(layout, cell.step_weights(), tf.constant(x), states)
    found, n = newton(cell.equation, layout, operands, tolerance, most)
    starts = [np.asarray(s) for s in states]
    return found, n, looped(cell.equation, x, starts, arrays(layer))


def built(layer, seed):
    layer.build((None, None, D))
    return randomise(layer, np.random.default_rng(seed))


@EVERY_UNIT
def test_newton_ends_at_the_states_of_the_loop(unit):
    layer = built(unit.layer(M, dtype="float64"), seed=0)
    x = normal(np.random.default_rng(1), B, T, D, dtype="float64")
    found, n, expected = solved(layer, x)
    assert n <= T
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, np.moveaxis(other, 1, 0), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", [IndRNN, BRC])
def test_the_error_is_squared_where_the_derivative_is_diagonal(kind):
    """Few iterations suffice for any length, where a loop takes one for each timestep."""
    activation = {"activation": "tanh"} if kind is IndRNN else {}
    layer = built(kind(M, dtype="float64", **activation), seed=2)
    x = normal(np.random.default_rng(3), B, 400, D, dtype="float64")
    _, n, _ = solved(layer, x)
    assert n <= 12
