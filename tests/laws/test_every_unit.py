"""Law: every equation and every layer is in the suites that hold for all units."""

import pytest

import rnnexp.equations
import rnnexp.layers
from tests.transcriptions import KEEPS, STEPS
from tests.units import EQUATIONS, LAYERS, MORE_VARIANTS, UNITS, VARIANTS

ROLES = {"update", "reset", "input", "forget", "output", "candidate"}
EVERY_EQUATION = pytest.mark.parametrize("equation_class", EQUATIONS)


def test_every_layer_is_a_unit_of_the_suites():
    assert set(VARIANTS) == set(LAYERS)
    assert set(MORE_VARIANTS) <= {layer.__name__ for layer in LAYERS}


def test_every_equation_is_computed_by_a_unit_of_the_suites():
    assert {type(unit.equation) for unit in UNITS} == set(EQUATIONS)


def test_every_equation_has_a_transcription():
    assert set(STEPS) == set(EQUATIONS)
    assert set(KEEPS) == set(EQUATIONS)


@EVERY_EQUATION
def test_every_equation_is_exported(equation_class):
    assert getattr(rnnexp.equations, equation_class.__name__) is equation_class


@pytest.mark.parametrize("layer_class", LAYERS)
def test_every_layer_is_exported_with_its_cell(layer_class):
    assert getattr(rnnexp.layers, layer_class.__name__) is layer_class
    assert getattr(rnnexp.layers, layer_class.__name__ + "Cell") is layer_class.cell_class


@EVERY_EQUATION
def test_an_equation_is_a_value(equation_class):
    assert equation_class() == equation_class()
    assert hash(equation_class()) == hash(equation_class())


@EVERY_EQUATION
def test_every_neuron_has_a_name_of_its_own_and_a_known_role(equation_class):
    neurons = equation_class().neurons
    assert len({neuron.name for neuron in neurons}) == len(neurons)
    assert {neuron.role for neuron in neurons} <= ROLES
