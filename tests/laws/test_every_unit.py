"""Law: every equation and every layer is in the suites that hold for all units."""

import pytest

import rnnexp.equations
import rnnexp.layers
from rnnexp.engine.affine import affine_states
from rnnexp.engine.expressions import Operation
from rnnexp.engine.symbols import symbolic
from tests.transcriptions import KEEPS, STEPS
from tests.units import COVERING, EQUATIONS, LAYERS, MORE_VARIANTS, UNITS, VARIANTS

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


def abilities(equation):
    """What an equation does, of all that the contract of an equation allows."""
    found, neurons, vectors = symbolic(equation), equation.neurons, equation.vectors
    read = [vector for neuron in found.reads for vector in neuron.vectors]
    does = {
        "has several states": len(equation.states) > 1,
        "starts a state elsewhere than at zero": bool(equation.initial),
        "has no gates": not equation.gates,
        "computes gates from neurons": bool(found.gates),
        "has vectors": bool(vectors),
        "has vectors of several weights for each unit": any(v.count > 1 for v in vectors),
        "constrains a vector": any(v.constraint for v in vectors),
        "starts a bias": any(n.bias_initializer is not None for n in neurons),
        "starts a matrix": any(n.recurrent_initializer is not None for n in neurons),
        "derives a matrix": any(n.recurrent for n in neurons),
        "uses matrices twice": any(n.weights_of for n in neurons),
        "has a neuron without x_t": not all(n.reads_input for n in neurons),
        "has a neuron of x_t alone": not all(neuron.vectors for neuron in found.reads),
        "has a neuron of two vectors": any(len(neuron.vectors) > 1 for neuron in found.reads),
        "has a neuron of a vector that it computes": any(isinstance(v, Operation) for v in read),
        "has a neuron of a new state": any(state in read for state in found.following),
        "multiplies no state by a matrix": not read,
        "gates a product": any(neuron.gate is not None for neuron in found.reads),
        "adds to a pre-activation": any(neuron.plus is not None for neuron in found.reads),
        "calls neurons in parts": any(neuron.parts for neuron in found.reads),
        "is affine in its states": bool(affine_states(equation)),
    }
    return {name for name, is_so in does.items() if is_so}


def test_the_units_that_every_run_tests_do_all_that_any_unit_does():
    of_all = {str(unit): abilities(unit.equation) for unit in UNITS}
    assert set().union(*(of_all[unit] for unit in COVERING)) == set().union(*of_all.values())


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
