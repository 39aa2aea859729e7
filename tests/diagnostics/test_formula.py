"""An equation's text, read as arithmetic, is what the unit computes."""

import re
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from keras import ops

from rnnexp import equations
from rnnexp.diagnostics.formula import formula
from rnnexp.equations import Neuron
from tests.diagnostics.models import B, D, M
from tests.units import EVERY_UNIT, normal


def evaluated(text, values):
    """Every name of a formula and its array; a space before a matrix is a matrix product."""
    values = dict(values)
    for line in text.splitlines():
        name, value = line.replace("{t-1}", "before").split(" = ")
        arithmetic = re.sub(r" (W_)", r" @ \1", value).replace("⊙", "*").replace("σ(", "sigmoid(")
        values[name] = eval(arithmetic, {}, values)
    return values


def named_weights(equation, kernel, recurrent_kernel, bias=None):
    """By their names in the formula, the neurons' own columns."""
    neurons = equation.neurons
    arrays = {"W_x": kernel, "W_h": recurrent_kernel}
    if bias is not None:
        arrays |= dict(zip(("b_", "b_h"), np.atleast_2d(bias), strict=False))
    if len(neurons) == 1:
        return {name.rstrip("_"): array for name, array in arrays.items()}
    return {
        f"{name}{neuron.name[0]}": part
        for name, array in arrays.items()
        for neuron, part in zip(neurons, np.split(array, len(neurons), axis=-1), strict=True)
    }


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("activation", ["tanh", "softsign"])
@EVERY_UNIT
def test_the_formula_of_every_unit(unit, activation, use_bias):
    rng = np.random.default_rng(0)
    cell = unit.cell(M, **{"activation": activation} | unit.arguments, use_bias=use_bias)
    cell.build((B, D))
    weights = [normal(rng, *w.shape, dtype="float64") for w in cell.get_weights()]
    cell.set_weights(weights)
    x, *states = (normal(rng, B, n, dtype="float64") for n in (D, *unit.states * [M]))
    _, expected = cell(x, states)
    bias_axes = np.ndim(weights[2]) if use_bias else 0
    functions = {n: keras.activations.get(n) for n in ("tanh", "softsign", "sigmoid", "relu")}
    before = {f"{n}_before": s for n, s in zip(cell.equation.states, states, strict=True)}
    values = named_weights(cell.equation, *weights) | functions | before | {"x_t": x}
    values = {n: v if callable(v) else ops.convert_to_tensor(v) for n, v in values.items()}
    found = evaluated(formula(cell.equation, bias_axes), values)
    for name, state in zip(cell.equation.states, ops.convert_to_numpy(expected), strict=True):
        np.testing.assert_allclose(found[f"{name}_t"], state, rtol=1e-12)


def test_a_part_is_computed_before_what_it_is_part_of():
    text = formula(equations.LSTM())
    assert text.index("c_t = ") < text.index("h_t = ")
    assert "tanh(c_t)" in text


@dataclass(frozen=True)
class Signs(equations.Equation):
    """Numbers, minus signs and two neurons of one letter."""

    @property
    def neurons(self):
        return tuple(Neuron(name, keras.activations.tanh, "candidate") for name in ("up", "under"))

    def step(self, up, under, h):
        return 2 * h - (0.5 * up(h) - under(-h)) * (1 + h) - (h - 0.25)

    def retention(self, up, under):
        return 0


def test_signs_and_numbers():
    rng = np.random.default_rng(0)
    names = {"W_x_up": (D, M), "W_x_under": (D, M), "W_h_up": (M, M), "W_h_under": (M, M)}
    values = {name: normal(rng, *shape) for name, shape in names.items()}
    values |= {"x_t": normal(rng, B, D), "h_before": normal(rng, B, M), "tanh": np.tanh}

    def neuron(name):
        from_input = values["x_t"] @ values[f"W_x_{name}"]
        return lambda v: np.tanh(from_input + v @ values[f"W_h_{name}"])

    expected = Signs().step(neuron("up"), neuron("under"), values["h_before"])
    found = evaluated(formula(Signs(), biases=0), values)["h_t"]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
