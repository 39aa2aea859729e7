"""What the cells of all units are from outside."""

import keras
import numpy as np

from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT, EVERY_UNIT_OF_KERAS, normal, randomise

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


@EVERY_UNIT_OF_KERAS
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
    x, states = normal(rng, B, D), unit.states_like(rng, B, M)
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
@uncompiled()
def test_stacked_cells_are_stacked_layers(unit):
    x = normal(np.random.default_rng(65), B, T, D)
    stack = keras.layers.RNN([unit.cell(M), unit.cell(M - 1)], return_sequences=True)
    layers = [unit.layer(m, return_sequences=True) for m in (M, M - 1)]
    stack.build(x.shape)
    randomise(stack, np.random.default_rng(66))
    expected, cells = x, stack.cell.cells
    for layer, cell in zip(layers, cells, strict=True):
        layer.build(expected.shape)
        layer.set_weights(cell.get_weights())
        expected = layer(expected)
    np.testing.assert_allclose(stack(x), expected, rtol=1e-5, atol=1e-6)


@EVERY_UNIT_OF_KERAS
def test_cells_stack_as_kerass(unit):
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
