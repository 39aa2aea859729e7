"""An equation's text, read as arithmetic, is what the unit computes."""

import re
from collections import Counter
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from keras import ops

from rnnexp import equations
from rnnexp.diagnostics.formula import formula
from rnnexp.engine.weights import layout
from rnnexp.equations import Neuron
from tests.diagnostics.models import B, D, M
from tests.units import EVERY_UNIT, normal

FUNCTIONS = {
    "log_sigmoid": ops.log_sigmoid,
    "sigmoid": ops.sigmoid,
    "exp": ops.exp,
    "sqrt": ops.sqrt,
    "cos": ops.cos,
    "sin": ops.sin,
    "max": ops.maximum,
    "mean": lambda a: ops.mean(a, axis=-1, keepdims=True),
    "concatenate": lambda *parts: ops.concatenate(parts, axis=-1),
    "split": lambda a, n: ops.split(a, n, axis=-1),
}
SIGNS = {"⊙": "*", "log σ(": "log_sigmoid(", "σ(": "sigmoid(", "√(": "sqrt(", "²": "**2"}


def evaluated(text, values):
    """Every name of a formula and its array; a space before a matrix is a matrix product."""
    values = dict(values)
    for line in text.splitlines():
        name, value = line.replace("{t-1}", "before").split(" = ")
        arithmetic = re.sub(r"(\w|\)) (W_|antisymmetric\(W_)", r"\1 @ \2", value)
        for sign, function in SIGNS.items():
            arithmetic = arithmetic.replace(sign, function)
        values[name] = eval(arithmetic, {}, values)
    return values


def named_weights(equation, weights):
    """By their names in the formula, the columns of the weights, and the unit's own vectors."""
    own = [vector.name for vector in equation.vectors]
    first = Counter(neuron.name[0] for neuron in equation.neurons)
    letters = [
        n.name[0]
        if 1 in (first[n.name[0]], len(n.name)) and f"b_{n.name[0]}" not in own
        else f"_{n.name}"
        for n in equation.neurons
    ]
    blocks = layout(equation)
    columns = {
        "kernel": [f"W_x{letters[k]}" for k in blocks.kernel],
        "recurrent_kernel": [
            f"W_h{j + 1 if j else ''}{letters[k]}" for k, j in blocks.recurrent_kernel
        ],
    }
    found = dict(weights)
    for matrix, names in columns.items():
        if names:
            array = found.pop(matrix)
            found |= dict(zip(names, np.split(array, len(names), axis=-1), strict=True))
    if "bias" in found:
        for name, row in zip(("b_", "b_h"), np.atleast_2d(found.pop("bias")), strict=False):
            parts = np.split(row, len(letters))
            names = [(name + letter).replace("__", "_") for letter in letters]
            found |= dict(zip(names, parts, strict=True))
    if len(letters) == 1:
        (letter,) = letters
        found = {re.sub(f"^(W_x|W_h|W_h2|b)_?{letter}$", r"\1", n): a for n, a in found.items()}
    return found


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("activation", ["tanh", "softsign"])
@EVERY_UNIT
def test_the_formula_of_every_unit(unit, activation, use_bias):
    rng = np.random.default_rng(0)
    chosen = {"activation": activation} if unit.has_activation else {}
    cell = unit.cell(M, **chosen | unit.arguments, use_bias=use_bias)
    cell.build((B, D))
    for weight in cell.weights:
        weight.assign(normal(rng, *weight.shape, dtype="float64"))
    weights = {weight.name: weight.numpy() for weight in cell.weights}
    x, states = normal(rng, B, D, dtype="float64"), unit.states_like(rng, B, M, "float64")
    _, expected = cell(x, list(states))
    equation = cell.equation
    bias_axes = np.ndim(weights["bias"]) if use_bias else 0
    functions = {n: keras.activations.get(n) for n in ("tanh", "softsign", "relu", "linear")}
    functions |= FUNCTIONS | {"antisymmetric": getattr(equation, "antisymmetric", None)}
    before = {f"{n}_before": s for n, s in zip(equation.states, states, strict=True)}
    values = named_weights(equation, weights) | before | {"x_t": x}
    values = {n: ops.convert_to_tensor(v) for n, v in values.items()} | functions
    found = evaluated(formula(equation, bias_axes), values)
    for name, state in zip(equation.states, expected, strict=True):
        np.testing.assert_allclose(found[f"{name}_t"], state, rtol=1e-12, atol=1e-14)


SLSTM = """\
i_tilde = x_t W_xi + h_{t-1} W_hi + b_i
f_tilde = x_t W_xf + h_{t-1} W_hf + b_f
z = tanh(x_t W_xz + h_{t-1} W_hz + b_z)
o = σ(x_t W_xo + h_{t-1} W_ho + b_o)
m_t = max(log σ(f_tilde) + m_{t-1}, i_tilde)
i = exp(i_tilde - m_t)
f = exp(log σ(f_tilde) + m_{t-1} - m_t)
c_t = f ⊙ c_{t-1} + i ⊙ z
n_t = f ⊙ n_{t-1} + i
h_t = o ⊙ c_t / n_t"""


def test_a_formula_reads_as_the_docstring_of_its_equation():
    assert formula(equations.SLSTM()) == SLSTM
    lines = formula(equations.PeepholeLSTM()).splitlines()
    assert lines[-2:] == [
        "o = σ(x_t W_xo + h_{t-1} W_ho + p_o ⊙ c_t + b_o)",
        "h_t = o ⊙ tanh(c_t)",
    ]


def test_what_is_long_and_used_several_times_has_a_line_of_its_own():
    lines = formula(equations.LayerNormLSTM()).splitlines()
    assert [line for line in lines if line.startswith("t")] == lines[:3]
    assert "i = σ(split(t3, 4)[0] + b_i)" in lines


@dataclass(frozen=True)
class Functions(equations.SimpleRNN):
    """Uses operations that have signs, and some that have none."""

    def step(self, candidate, h):
        a = ops.where(h >= 0.5, ops.sqrt(ops.abs(h)), -(h**3))
        return ops.clip(candidate(h) / (h * 2 + 1), -1, 1) + ops.flip(a, axis=-1)


def test_what_has_no_sign_is_written_as_a_function():
    assert formula(Functions()).splitlines()[-1] == (
        "h_t = clip(candidate / (h_{t-1} ⊙ 2 + 1), x_max=1, x_min=-1) + flip(where(h_{t-1} ≥ 0.5, "
        "√(abs(h_{t-1})), -h_{t-1}^3))"
    )


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
