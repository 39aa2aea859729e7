"""What is kept: against closed forms, and against the states themselves."""

import numpy as np
import tensorflow as tf

import rnnexp
from rnnexp import layers
from rnnexp.diagnostics import retained, retained_means
from rnnexp.diagnostics.equation_attributes import equation_in
from rnnexp.diagnostics.measures.of_layer import rows_of, states_before, weights
from rnnexp.engine.neurons import step
from rnnexp.equations import StepNeuron
from tests.diagnostics.models import M, T, batch, compiled, masking
from tests.diagnostics.own_unit import OwnLayer
from tests.transcriptions import kept_by
from tests.units import EVERY_UNIT


def with_gate(layer, neuron, bias):
    """A trace of a layer whose k-th neuron has this bias and no other weights."""
    model = compiled(layer)
    kernel, recurrent_kernel, b = layer.get_weights()
    own = slice(neuron * M, (neuron + 1) * M)
    kernel[:, own], recurrent_kernel[:, own], b[own] = 0, 0, bias
    layer.set_weights([kernel, recurrent_kernel, b])
    return rnnexp.trace(model, batch()[0])[layer.name]


def test_a_constant_forget_gate_carries_its_powers():
    """f = 3/4 at all times: c_s is carried to T by f^(T-s), with a timescale of 4 timesteps."""
    found = retained(with_gate(layers.LSTM(M), 1, np.log(3)))
    np.testing.assert_allclose(found["retention"], 0.75, rtol=1e-12)
    np.testing.assert_allclose(found["timescale"], 4, rtol=1e-12)
    powers = 0.75 ** np.arange(T - 1, -1, -1)
    np.testing.assert_allclose(found["carried"][1, :, 2], powers, rtol=1e-12)
    assert "let_through" not in found


def test_the_two_readings_of_the_update_gate_are_told_apart():
    chung = retained(with_gate(layers.GRU(M), 0, np.log(3)))
    cho = retained(with_gate(layers.GRU(M, update_gate="keep"), 0, np.log(3)))
    np.testing.assert_allclose(chung["retention"], 0.25, rtol=1e-12)
    np.testing.assert_allclose(cho["retention"], 0.75, rtol=1e-12)


def test_the_reset_gate_stands_apart():
    found = retained(dataset := with_gate(layers.GRU(M), 1, 30.0))
    np.testing.assert_allclose(found["let_through"], 1, atol=1e-12)
    np.testing.assert_array_equal(found["retention"], 1 - dataset["z"])


@EVERY_UNIT
def test_of_every_unit_it_is_the_closed_form(unit):
    dataset = rnnexp.trace(compiled(unit.layer(M, name="unit")), batch()[0])["unit"]
    found = retained(dataset)
    expected = np.broadcast_to(kept_by(equation_in(dataset), dataset), found["retention"].shape)
    np.testing.assert_allclose(found["retention"], expected, rtol=1e-12, atol=1e-15)


class Frozen(StepNeuron):
    """A neuron whose output and products are given numbers, whatever it reads."""

    def __init__(self, output, products):
        self.number, self.products = output, products

    def __call__(self, *vectors, gate=None, plus=None):
        return self.number

    def input(self):
        return self.products

    def product(self, *vectors):
        return self.products

    def output(self, pre_activation):
        return self.number


@EVERY_UNIT
def test_of_every_unit_it_is_what_a_change_of_the_memory_changes_of_it(unit):
    """A finite difference of the equation's step, with the neurons and other states as they are."""
    x, _ = batch()
    dataset = rnnexp.trace(compiled(unit.layer(M, name="unit")), x)["unit"]
    equation = equation_in(dataset)
    before = [tf.constant(rows_of(state)) for state in states_before(dataset)]
    like = np.random.default_rng(2).normal(size=before[0].shape)
    outputs = [tf.constant(rows_of(dataset[n.name].values)) for n in equation.neurons]
    neurons = [Frozen(output, tf.constant(like)) for output in outputs]
    memory, small = equation.memory_index, 1e-6

    def after(change):
        states = [s + change if j == memory else s for j, s in enumerate(before)]
        return step(equation, neurons, states, weights(dataset).vectors)[memory].numpy()

    difference = (after(small) - after(-small)) / (2 * small)
    found = rows_of(retained(dataset)["retention"].values)
    np.testing.assert_allclose(found, difference, rtol=1e-6, atol=1e-8)


def test_a_simple_unit_keeps_nothing():
    found = retained(with_gate(layers.SimpleRNN(M), 0, 0.0))
    assert (found["retention"] == 0).all()
    assert (found["timescale"] == 1).all()
    assert (found["carried"].isel(time=-1) == 1).all()
    assert (found["carried"].isel(time=slice(-1)) == 0).all()


@EVERY_UNIT
def test_padding_keeps_everything_and_carries_on(unit):
    x, _ = batch(padded=True)
    model = compiled(masking(), unit.layer(M, name="unit"))
    dataset = rnnexp.trace(model, x)["unit"]
    found = retained(dataset)
    padded = ~dataset["mask"].values[0]
    assert padded.sum() == 2
    assert (found["retention"][0, padded] == 1).all()
    output = dataset[unit.equation.states[0]]
    np.testing.assert_array_equal(output[0, -1], output[0, -3])
    np.testing.assert_array_equal(found["carried"][0, -3], 1)


def test_means_are_over_all_that_is_no_padding():
    x, y = batch(padded=True)
    x[:, -1] = 0  # padding in every sequence
    dataset = rnnexp.trace(compiled(masking(), layers.LSTM(M, name="unit")), x, y)["unit"]
    real = dataset["mask"]
    assert 0 < real.sum() < real[:, :-1].size
    each, means = retained(dataset).where(real), retained_means(dataset)
    for name in ("retention", "carried"):
        np.testing.assert_allclose(means[name], each[name].mean(("batch", "unit")), rtol=1e-12)
        assert np.isnan(means[name][-1])


def test_the_memory_of_a_unit_of_ones_own_is_the_one_that_it_names():
    dataset = rnnexp.trace(compiled(OwnLayer(M, name="unit")), *batch())["unit"]
    np.testing.assert_allclose(retained(dataset)["retention"], 1 - dataset["a"], rtol=1e-12)
    np.testing.assert_array_equal(dataset["half"], 0.5 * dataset["a"])
    assert (dataset.memory, dataset.update_gate) == ("q", "new")
