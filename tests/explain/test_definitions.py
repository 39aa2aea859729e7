"""What stands in the equations beside weights is defined."""

import dataclasses
import re

import pytest

from rnnexp import equations
from rnnexp.explain.arithmetic import FUNCTIONS
from rnnexp.explain.explaining import explanation
from tests.units import EVERY_UNIT

OF_EVERYONE = {"tanh", "relu", "exp", "log", "max", "cos", "sin", "linear"}


@EVERY_UNIT
def test_every_function_and_number_of_a_unit_is_defined(unit):
    told = explanation(unit.equation)
    defined = " ".join(told.definitions)
    lines = "\n".join(told.equations)
    called = set(re.findall(r"\b([a-z]\w*)\(", lines)) - OF_EVERYONE
    assert called <= set(re.findall(r"\b(\w+)(?:\(| joins| is over)", defined))
    fields = dataclasses.asdict(unit.equation)
    numbers = {k: v for k, v in fields.items() if isinstance(v, float)}
    assert all(f"{name} = {value:g}" in defined for name, value in numbers.items())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (equations.AntisymmetricRNN, "antisymmetric(W) is W - Wᵀ - diffusion I."),
        (equations.AntisymmetricRNN, "step_size = 0.01 and diffusion = 0.01 are arguments of the"),
        (equations.JANET, "beta = 1 is an argument of the layer."),
        (equations.MinGRU, "min_gru_g(x) is x + 0.5 where x is 0 or more, σ(x) elsewhere: g(x)"),
        (equations.MinimalRNN, "W_h2 is the matrix of the second vector"),
        (equations.LayerNormGRU, "split(a, n)[k] is part k"),
    ],
)
def test_definitions(kind, said):
    assert said in " ".join(explanation(kind()).definitions)


def test_what_everyone_knows_is_not_defined():
    assert explanation(equations.GRU()).definitions == ()
    assert {*FUNCTIONS} >= OF_EVERYONE
