"""Cells inside Keras's own loop."""

import keras
import numpy as np

from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, normal, randomise

B, T, D, M = 3, 5, 2, 4


@EVERY_UNIT
@uncompiled()
def test_kerass_loop_over_the_cell_is_our_layer(unit):
    rng = np.random.default_rng(61)
    x, mask = normal(rng, B, T, D), rng.uniform(size=(B, T)) < 0.7
    layer = unit.layer(M, return_sequences=True, return_state=True)
    layer.build(x.shape)
    loop = keras.layers.RNN(unit.cell(M), return_sequences=True, return_state=True)
    loop.build(x.shape)
    loop.set_weights(randomise(layer, rng).get_weights())
    for one, other in zip(layer(x, mask=mask), loop(x, mask=mask), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@EVERY_UNIT
def test_the_cell_is_kerass_cell(unit):
    """Under dropout of both kinds with the same seed, and with the same states around it."""
    rng = np.random.default_rng(62)
    arguments = {"dropout": 0.4, "recurrent_dropout": 0.3, "seed": 9}
    ours, theirs = unit.cell(M, **arguments), unit.keras(M, kind="Cell", **arguments)
    for cell in (ours, theirs):
        cell.build((B, D))
    theirs.set_weights(unit.moved(randomise(ours, rng).get_weights()))
    assert ours.state_size == theirs.state_size
    assert ours.output_size == theirs.output_size
    x, states = normal(rng, B, D), [normal(rng, B, M) for _ in range(unit.states)]
    for training in (False, True):
        found, expected = (cell(x, states, training=training) for cell in (ours, theirs))
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-6, atol=1e-6)
        for one, other in zip(found[1], expected[1], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@EVERY_UNIT
def test_a_single_state_comes_back_as_it_was_given(unit):
    cell = unit.cell(M)
    state = cell.get_initial_state(batch_size=B)
    _, following = cell(normal(np.random.default_rng(63), B, D), state)
    assert keras.tree.is_nested(following) == keras.tree.is_nested(state)


@EVERY_UNIT
def test_cells_stack(unit):
    rng = np.random.default_rng(64)
    x = normal(rng, B, T, D)
    stacks = [
        keras.layers.RNN([make(M), make(M - 1)], return_sequences=True)
        for make in (unit.cell, lambda M: unit.keras(M, kind="Cell"))
    ]
    for stack in stacks:
        stack.build(x.shape)
    ours, theirs = stacks
    weights = [0.4 * normal(rng, *w.shape) for w in ours.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights([*unit.moved(weights[:3]), *unit.moved(weights[3:])])
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-6, atol=1e-6)
