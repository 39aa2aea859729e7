"""The traced numbers, each against another way to the same number."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics.held_step import held_step
from rnnexp.diagnostics.measures.of_layer import rows_of, states_before, weights
from rnnexp.engine.plan import plan
from tests.diagnostics.models import MODELS, B, D, M, T, batch, compiled, masking
from tests.plain_loop import columns
from tests.units import EVERY_UNIT, EVERY_UNIT_SLOWLY

SLOWLY_WITHOUT = pytest.param(False, marks=pytest.mark.slow)
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def of_unit(unit, *before, **arguments):
    return compiled(*before, unit.layer(M, name="unit", **arguments))


@pytest.mark.parametrize("padded", [False, True], ids=["no mask", "mask"])
@EVERY_UNIT_SLOWLY
def test_states_and_their_gradients_are_those_of_a_plain_loop_over_the_cell(unit, padded):
    """Keras's own cell, where Keras has the unit."""
    x, y = batch(padded=padded)
    before = [masking()] if padded else []
    model = compiled(*before, unit.reference(M, name="unit"))
    mask = (x != 0).any(axis=2) if padded else None
    dense = model.layers[-1]
    layer = model.get_layer("unit")
    cell = layer.cell
    states = keras.tree.flatten(cell.get_initial_state(batch_size=B))
    taps = [tf.zeros((B, T, M), "float64") for _ in states]
    passed = []
    with tf.GradientTape() as tape:
        tape.watch(taps)
        for t in range(T):
            _, following = cell(tf.constant(x[:, t]), list(states))
            if mask is not None:
                kept = tf.constant(mask[:, t, None])
                pairs = zip(following, states, strict=True)
                following = [tf.where(kept, new, old) for new, old in pairs]
            states = [s + tap[:, t] for s, tap in zip(following, taps, strict=True)]
            passed.append(states)
        loss = tf.reduce_mean((dense(states[0]) - y) ** 2)
    gradients = tape.gradient(loss, taps)
    found = rnnexp.trace(model, x, y)["unit"]
    for name, over_time, gradient in zip(
        unit.equation.states, zip(*passed, strict=True), gradients, strict=True
    ):
        np.testing.assert_allclose(found[name], np.stack(over_time, axis=1), **CLOSE)
        np.testing.assert_allclose(found[f"d_{name}"], gradient, **CLOSE)


@pytest.mark.parametrize("padded", [SLOWLY_WITHOUT, True], ids=["no mask", "mask"])
@EVERY_UNIT
def test_the_deltas_give_the_gradients_of_the_models_own_weights(unit, padded):
    """Σ_t δ_t of all neurons is what a tape says of the bias; Σ_t x_tᵀ δ_t, of the kernel.

    The latter where a neuron only sums its products, and does not normalise them.
    """
    x, y = batch(padded=padded)
    model = of_unit(unit, *([masking()] if padded else []))
    found = rnnexp.trace(model, x, y)["unit"]
    cell = model.get_layer("unit").cell
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    d_kernel, d_bias = tape.gradient(loss, [cell.kernel.value, cell.bias.value])
    deltas = [found[f"delta_{n.name}"].values for n in unit.equation.neurons]
    sums = np.concatenate([delta.sum((0, 1)) for delta in deltas])
    np.testing.assert_allclose(sums, np.atleast_2d(d_bias)[0], **CLOSE)
    if plan(unit.equation).parts:
        return
    expected = np.zeros(d_kernel.shape)
    for k, block in blocks_of_kernel(cell).items():  # two neurons may share a block
        terms = np.einsum("btd,btn->dn", x, deltas[k])
        expected[:, block * M : (block + 1) * M] += terms
    np.testing.assert_allclose(d_kernel, expected, **CLOSE)


def blocks_of_kernel(cell):
    """By neuron that reads x_t, the block of columns that it has in the kernel."""
    zeros = [tf.zeros((1, M), "float64") for _ in cell.equation.states]
    return columns(cell.equation, zeros, [v.value for v in cell.own_vectors.values()]).kernel


def moved_losses(model, x, y, place, small):
    """The loss of the model with one number of x moved up, and moved down."""
    for sign in (1, -1):
        moved = x.copy()
        moved[place] += sign * small
        yield np.mean((model(moved).numpy() - y) ** 2)


@EVERY_UNIT
def test_the_inputs_gradient_of_every_unit_is_a_finite_difference(unit):
    x, y = batch()
    model, small = of_unit(unit), 1e-5
    found = rnnexp.trace(model, x, y)["unit"]["d_x"].values
    for place in [(0, 0, 0), (B - 1, T - 1, D - 1)]:
        above, below = moved_losses(model, x, y, place, small)
        expected = (above - below) / (2 * small)
        np.testing.assert_allclose(found[place], expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_the_inputs_gradient_is_a_finite_difference_of_the_models_loss(make):
    x, y = batch()
    model = make()
    trace = rnnexp.trace(model, x, y)
    first = [ds for ds in trace.values() if ds.sizes["feature"] == D]
    found = sum(ds["d_x"].values for ds in first)
    small = 1e-5
    for place in [(0, 0, 0), (1, 3, 1), (B - 1, T - 1, D - 1)]:
        above, below = moved_losses(model, x, y, place, small)
        np.testing.assert_allclose(found[place], (above - below) / (2 * small), rtol=1e-6)


@EVERY_UNIT
def test_the_neurons_give_the_states_again(unit):
    """What each neuron put out, put into the equation's own step, is the next state."""
    x, _ = batch()
    found = rnnexp.trace(of_unit(unit), x)["unit"]
    outputs = [rows_of(found[n.name].values) for n in unit.equation.neurons]
    before = list(map(rows_of, states_before(found)))
    following, _ = held_step(unit.equation, weights(found), rows_of(x), before, outputs)
    for name, expected in zip(unit.equation.states, following, strict=True):
        np.testing.assert_allclose(rows_of(found[name].values), expected, **CLOSE)


@EVERY_UNIT
def test_the_weights_beside_a_trace_are_those_of_the_layer(unit):
    model = of_unit(unit)
    found = weights(rnnexp.trace(model, batch()[0])["unit"])
    expected = model.get_layer("unit").cell.step_weights()
    for one, other in zip(keras.tree.flatten(found), keras.tree.flatten(expected), strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            np.testing.assert_array_equal(one, other)


def test_gates_that_are_computed_from_neurons_are_there_beside_them():
    """The memory of an sLSTM, of its exponential gates: c_t = f ⊙ c_{t-1} + i ⊙ z."""
    found = rnnexp.trace(compiled(layers.SLSTM(M, name="unit")), *batch())["unit"]
    before = states_before(found)[1]
    np.testing.assert_allclose(found["c"], found["f"] * before + found["i"] * found["z"], **CLOSE)
    assert (found["i"].role, found["f"].role) == ("input", "forget")
    assert json.loads(found.gates) == ["i", "f", "o"]
    assert (json.loads(found.states), found.memory) == (["h", "c", "n", "m"], "c")


class Doubled(layers.MGU):
    """A layer whose cell multiplies by twice its kernel."""

    class Cell(layers.MGU.cell_class):
        def step_weights(self):
            weights = super().step_weights()
            return weights._replace(kernel=2 * weights.kernel)

    cell_class = Cell


def test_a_cell_that_derives_its_weights_otherwise_is_traced_as_it_computes():
    x, y = batch()
    layer = Doubled(M, name="unit")
    found = rnnexp.trace(compiled(layer), x, y)["unit"]
    np.testing.assert_allclose(found["h"][:, -1], layer(x), **CLOSE)
    np.testing.assert_allclose(weights(found).kernel, 2 * layer.cell.kernel.numpy(), **CLOSE)


@pytest.mark.parametrize("kind", ["reference", "layer"])
@EVERY_UNIT_SLOWLY
def test_a_stateful_layer_goes_on_where_it_stands(unit, kind):
    """After x, a trace of x is the second half of that of x followed by x."""
    x, y = batch()
    make = getattr(unit, kind)
    once = compiled(make(M, name="unit"))
    kept = keras.Sequential(
        [keras.Input(batch_shape=x.shape), make(M, stateful=True, name="unit"), once.layers[-1]]
    )
    kept.get_layer("unit").set_weights(once.get_layer("unit").get_weights())
    kept(x)
    found = rnnexp.trace(kept, x, y, "mean_squared_error")["unit"]
    both = keras.Sequential([keras.Input((2 * T, D)), *once.layers])
    twice = rnnexp.trace(both, np.concatenate([x, x], 1), y, "mean_squared_error")["unit"]
    for name in found.data_vars:
        np.testing.assert_allclose(found[name], twice[name][:, T:], **CLOSE, err_msg=name)


@EVERY_UNIT_SLOWLY
def test_a_layer_that_goes_backwards_is_shown_in_the_order_of_its_input(unit):
    x, y = batch()
    forward = rnnexp.trace(of_unit(unit), x, y)["unit"]
    backward = rnnexp.trace(of_unit(unit, go_backwards=True), x[:, ::-1], y)["unit"]
    assert (forward.direction, backward.direction) == ("forward", "backward")
    np.testing.assert_array_equal(backward["x"], x[:, ::-1])
    for name in forward.data_vars:
        np.testing.assert_allclose(forward[name], backward[name][:, ::-1], **CLOSE)
