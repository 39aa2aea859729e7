"""What every equation declares."""

import keras
import numpy as np
import pytest

from rnnexp.equations import Neuron
from rnnexp.layers import IndRNN
from tests.units import EVERY_UNIT, normal


def test_an_unknown_role_is_refused_by_name():
    with pytest.raises(ValueError, match="'i' has the role 'inptu'; expected one of update, reset"):
        Neuron("i", keras.activations.sigmoid, "inptu")


@EVERY_UNIT
def test_gates_are_named_once_and_have_the_role_of_a_gate(unit):
    equation = unit.equation
    names = [gate.name for gate in equation.gates]
    assert len(set(names)) == len(names)
    neurons = {neuron.name: neuron for neuron in equation.neurons}
    for gate in equation.gates:
        assert gate.role != "candidate"
        if gate.value is None:
            assert neurons[gate.name].role == gate.role
    assert {gate.role for gate in equation.gates} >= {
        neuron.role for neuron in equation.neurons if neuron.is_gate
    }


@EVERY_UNIT
def test_the_memory_is_one_of_the_states(unit):
    equation = unit.equation
    assert equation.states[equation.memory_index] == (equation.memory or equation.states[0])
    assert set(equation.initial) <= set(equation.states)


def test_the_recurrent_weights_of_an_ind_rnn_stay_within_their_bound():
    model = keras.Sequential([keras.Input((5, 2)), IndRNN(4, recurrent_bound=0.25)])
    model.compile(keras.optimizers.SGD(10.0), "mse")
    rng = np.random.default_rng(1)
    model.train_on_batch(normal(rng, 3, 5, 2), 5 * normal(rng, 3, 4))
    u = model.layers[0].cell.own_vectors["u"].numpy()
    assert abs(u).max() == 0.25
