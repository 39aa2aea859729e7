"""Gate statistics on gates whose values are set by hand, and the update gate taken apart."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest

import rnnexp
from rnnexp import equations, layers
from rnnexp.diagnostics import gate_statistics, update_gate
from rnnexp.equations import Neuron, Vector
from rnnexp.interchange import from_keras
from tests.diagnostics.models import M, batch, compiled, masking
from tests.units import EVERY_UNIT


def traced(layer, padded=False):
    x, y = batch(padded=padded)
    return rnnexp.trace(compiled(*([masking()] if padded else []), layer), x, y)[layer.name]


def test_of_known_gates_every_number_is_the_formulas():
    dataset = traced(layers.LSTM(M, name="unit"), padded=True)
    rng = np.random.default_rng(2)
    dataset["f"][:] = rng.uniform(size=dataset["f"].shape)
    found = gate_statistics(dataset).sel(gate="f")
    for m in range(M):
        f = dataset["f"].values[..., m][dataset["mask"].values]
        assert len(f) < dataset["f"][..., m].size  # some are padding
        expected = {
            "mean": f.mean(),
            "spread": f.std(),
            "entropy": np.mean(-f * np.log2(f) - (1 - f) * np.log2(1 - f)),
            "saturated_low": np.mean(f < 0.1),
            "saturated_high": np.mean(f > 0.9),
        }
        for name, value in expected.items():
            np.testing.assert_allclose(found[name][m], value, rtol=1e-12)


@pytest.mark.parametrize(("value", "bits"), [(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)])
def test_a_decided_gate_has_no_entropy_and_an_undecided_one_a_bit(value, bits):
    dataset = traced(layers.LSTM(M, name="unit"))
    dataset["o"][:] = value
    found = gate_statistics(dataset, over=("batch", "time", "unit")).sel(gate="o")
    assert (float(found["entropy"]), float(found["spread"])) == (bits, 0.0)
    assert float(found["saturated_low"]) == (value == 0)
    assert float(found["saturated_high"]) == (value == 1)


def test_the_dimensions_are_those_not_taken_over():
    dataset = traced(layers.GRU(M, name="unit"))
    assert gate_statistics(dataset)["mean"].dims == ("gate", "unit")
    assert gate_statistics(dataset, over=("batch", "unit"))["mean"].dims == ("gate", "time")
    assert list(gate_statistics(dataset)["gate"]) == ["z", "r"]
    simple = traced(layers.SimpleRNN(M, name="unit"))
    assert gate_statistics(simple)["mean"].shape == (0, M)


@pytest.mark.parametrize("over", ["bach", ("batch", "step"), ("gate",)])
def test_what_is_no_dimension_of_a_gate_is_refused(over):
    with pytest.raises(ValueError, match="expected some of batch, time, unit"):
        gate_statistics(traced(layers.GRU(M, name="unit")), over=over)


@pytest.mark.parametrize("reset_after", [False, True])
def test_both_readings_of_the_update_gate_agree_on_what_is_kept(reset_after):
    """The same network in Chung's and in Keras's reading: z differs, what it does not."""
    x, y = batch()
    keeps = compiled(keras.layers.GRU(M, reset_after=reset_after, name="unit"))
    news = from_keras(keeps, update_gate="new")
    one, other = (rnnexp.trace(m, x, y, "mse")["unit"] for m in (keeps, news))
    np.testing.assert_allclose(one["z"], 1 - other["z"], rtol=1e-12)
    for name in ("keep", "take"):
        np.testing.assert_allclose(update_gate(one)[name], update_gate(other)[name], rtol=1e-12)
    np.testing.assert_array_equal(update_gate(one)["keep"], one["z"])
    np.testing.assert_array_equal(update_gate(other)["take"], 1 - (1 - other["z"]))


@EVERY_UNIT
def test_the_update_gate_is_a_logistic_neuron_on_its_parts(unit):
    dataset = traced(unit.layer(M, go_backwards=True, name="unit"))
    found = update_gate(dataset)
    gates = [neuron.name for neuron in unit.equation.neurons if neuron.role == "update"]
    if not gates:
        assert not found.data_vars
        return
    check_parts(found, dataset[gates[0]])


def check_parts(found, z):
    """The parts sum to the pre-activation, which is the log-odds of the gate."""
    parts = sum(found[name] for name in found if name.startswith("from_"))
    np.testing.assert_allclose(found["pre_activation"], parts, rtol=1e-12)
    np.testing.assert_allclose(found["pre_activation"], np.log(z / (1 - z)), rtol=1e-9, atol=1e-12)


@dataclass(frozen=True)
class Gated(equations.Equation):
    """A unit of one update gate z, of which a subclass says what it reads."""

    states = ("h", "s")

    @property
    def neurons(self):
        z = Neuron("z", keras.activations.sigmoid, "update")
        return z, Neuron("candidate", keras.activations.tanh, "candidate")

    @property
    def vectors(self):
        return (Vector("p"),)

    def update(self, z, candidate, h, s, p):
        """The gate."""
        return z(h, plus=p * s)

    def step(self, z, candidate, h, s, p):
        z = self.update(z, candidate, h, s, p)
        h = (1 - z) * h + z * candidate(h)
        return h, 0.5 * s + h


class OfTwoVectors(Gated):
    """Reads both states."""

    def update(self, z, candidate, h, s, p):
        return z(h, s)


class OfAGatedProduct(Gated):
    """Multiplies the recurrent product."""

    def update(self, z, candidate, h, s, p):
        return z(h, gate=p * s)


class InParts(Gated):
    """Takes its products apart."""

    def update(self, z, candidate, h, s, p):
        return z.output(2 * z.product(h) + p * s - z.input())


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize(
    ("equation", "parts"),
    [
        (Gated, ["input", "state", "vectors"]),
        (OfTwoVectors, ["input", "state"]),
        (OfAGatedProduct, ["input", "state"]),
        (InParts, ["products"]),
    ],
)
def test_so_it_is_whatever_the_unit_adds_to_its_products(equation, parts, use_bias):
    class Layer(layers.EquationLayer, equation=equation):
        pass

    dataset = traced(Layer(M, use_bias=use_bias, name="unit"))
    found = update_gate(dataset)
    expected = [*parts, "bias"] if use_bias else parts
    assert [name for name in found if name.startswith("from_")] == [f"from_{p}" for p in expected]
    check_parts(found, dataset["z"])


@EVERY_UNIT
def test_the_statistics_are_of_what_the_equation_calls_gates(unit):
    dataset = traced(unit.layer(M, name="unit"))
    found = gate_statistics(dataset, over=("batch", "time", "unit"))
    assert list(found["gate"]) == [gate.name for gate in unit.equation.gates]
    for gate in unit.equation.gates:
        mean = found["mean"].sel(gate=gate.name)
        np.testing.assert_allclose(mean, dataset[gate.name].mean(), rtol=1e-12)
        assert 0 < mean < 1
