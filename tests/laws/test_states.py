"""Law: states go in, come out and stay, as in Keras's layer or in Keras's loop around the cell."""

import numpy as np
import pytest
import tensorflow as tf

import rnnexp.layers
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY, normal, randomise

B, T, D, M = 3, 6, 2, 4


def stateful(unit, make):
    layer = make(M, stateful=True, return_sequences=True)
    layer.build((B, T, D))
    return layer


@EVERY_UNIT
@uncompiled()
def test_a_stateful_layer_reads_on_where_it_stopped(unit):
    rng = np.random.default_rng(81)
    layer, x = randomise(stateful(unit, unit.layer), rng), normal(rng, B, T, D)
    whole = layer(x)
    layer.reset_state()
    halves = layer(x[:, : T // 2]), layer(x[:, T // 2 :])
    np.testing.assert_allclose(tf.concat(halves, 1), whole, rtol=1e-6, atol=1e-6)
    assert not np.allclose(layer(x), whole)


@EVERY_UNIT
@uncompiled()
def test_a_stateful_layer_is_its_reference(unit):
    rng = np.random.default_rng(82)
    ours, theirs = stateful(unit, unit.layer), stateful(unit, unit.reference)
    theirs.set_weights(unit.moved(randomise(ours, rng).get_weights()))
    for x in normal(rng, 3, B, T, D):
        np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-6, atol=1e-6)
    if unit.has_keras:
        names = [[v.path.split("/", 1)[1] for v in layer.variables] for layer in (ours, theirs)]
        assert names[0] == names[1]


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_states_can_be_reset_to_given_ones(unit):
    rng = np.random.default_rng(83)
    layer, x = randomise(stateful(unit, unit.layer), rng), normal(rng, B, T, D)
    states = unit.states_like(rng, B, M)
    layer.reset_state(states)
    expected = layer(x).numpy()
    layer.reset_state()
    np.testing.assert_array_equal(layer(x, initial_state=list(map(tf.constant, states))), expected)


@EVERY_UNIT_SLOWLY
def test_states_of_another_shape_are_refused(unit):
    layer = stateful(unit, unit.layer)
    with pytest.raises(ValueError, match="expected"):
        layer.reset_state([np.zeros((B, M + 1), "float32")] * unit.states)


@EVERY_UNIT_SLOWLY
def test_another_batch_size_is_refused(unit):
    with pytest.raises(ValueError, match="batch size"):
        stateful(unit, unit.layer)(np.zeros((B + 1, T, D), "float32"))


@EVERY_UNIT
@uncompiled()
def test_the_returned_states_are_the_last_ones(unit):
    """Reading the rest from them is reading the whole."""
    rng = np.random.default_rng(84)
    layer, x = unit.layer(M, return_state=True), normal(rng, B, T, D)
    layer.build(x.shape)
    randomise(layer, rng)
    _, *states = layer(x[:, :2])
    for one, other in zip(layer(x[:, 2:], initial_state=states), layer(x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@EVERY_UNIT
@uncompiled()
def test_a_stateful_layer_is_reset_to_where_the_unit_starts(unit):
    """Which is what a layer without states starts from, such as m = -10000 of the sLSTM."""
    rng = np.random.default_rng(85)
    layer, x = randomise(stateful(unit, unit.layer), rng), normal(rng, B, T, D)
    starts = layer.cell.get_initial_state(B)
    anew = unit.layer(M, return_sequences=True)
    anew.build(x.shape)
    anew.set_weights(layer.get_weights())
    first = layer(x).numpy()
    np.testing.assert_allclose(anew(x), first, rtol=1e-6, atol=1e-6)
    layer.reset_state()
    for variable, start in zip(layer.states, starts, strict=True):
        np.testing.assert_array_equal(variable, start)
    np.testing.assert_array_equal(layer(x), first)


def test_states_start_where_the_equation_says():
    h, c, n, m = rnnexp.layers.SLSTM(M).cell.get_initial_state(B)
    for state in (h, c, n):
        np.testing.assert_array_equal(state, np.zeros((B, M)))
    np.testing.assert_array_equal(m, np.full((B, M), -1e4))
