"""Three ways to compute a step agree for every unit, and a wrong one is noticed."""

import dataclasses

import numpy as np
import pytest

from rnnexp import equations
from rnnexp.explain.arithmetic import NotArithmetic, evaluated
from rnnexp.explain.checking import check
from rnnexp.explain.explaining import explanation
from rnnexp.explain.explanation import Sizes
from tests.units import EVERY_UNIT

SIZES = Sizes(3, 5)


@EVERY_UNIT
def test_they_agree(unit):
    found = check(unit.equation, explanation(unit.equation), SIZES)
    assert found.agrees, found.differences
    compared = {difference.name for difference in found.differences}
    names = {neuron.name for neuron in unit.equation.neurons}
    assert compared == {f"{state}_t" for state in unit.equation.states} | names - {*found.apart}


@pytest.mark.parametrize(
    ("right", "wrong", "noticed"),
    [
        ("(1 - z) ⊙ h_{t-1} + z", "z ⊙ h_{t-1} + (1 - z)", {"h_t"}),
        ("z = σ(", "z = tanh(", {"z", "h_t"}),
        ("r = σ(", "r = tanh(", {"r", "h_t"}),
    ],
)
def test_a_wrong_equation_is_noticed(right, wrong, noticed):
    """A wrong r is wrong in what the candidate reads, too, so that the two are wrong alike."""
    equation = equations.GRU()
    told = explanation(equation)
    lines = tuple(line.replace(right, wrong) for line in told.equations)
    assert lines != told.equations
    found = check(equation, dataclasses.replace(told, equations=lines), SIZES)
    assert not found.agrees
    assert {d.name for d in found.differences if not d.agrees} >= noticed


A, B, W = np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]]), np.array([[1.0, 2.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - b - a", -B),
        ("a ⊙ b W + a", A * (B @ W) + A),
        ("(a ⊙ b) W", (A * B) @ W),
        ("a / b / 2", A / B / 2),
        ("-a^2 + b²", -(A**2) + B**2),
        ("max(a, 1.5) + max(a)", np.maximum(A, 1.5) + 2),
        ("split(concatenate(a, b), 2)[1]", B),
        ("where(a ≥ 2, a, -b)", np.where(A >= 2, A, -B)),
        ("clip(b, x_max=4, x_min=1e-05)", np.clip(B, 1e-5, 4)),
        ("log σ(a) + 2 ⊙ √(b)", -np.log1p(np.exp(-A)) + 2 * np.sqrt(B)),
    ],
)
def test_a_text_is_read_as_arithmetic(text, expected):
    np.testing.assert_allclose(evaluated(text, {"a": A, "b": B, "W": W}, {}), expected, rtol=1e-12)


@pytest.mark.parametrize("text", ["a +", "c", "roll(a)", "(a", "a)", "a $ b", ""])
def test_what_cannot_be_read_is_told(text):
    with pytest.raises(NotArithmetic):
        evaluated(text, {"a": A}, {})
