"""Two parts of an equation with one name are refused before anything is built."""

from dataclasses import dataclass

import keras
import pytest

from rnnexp import equations
from rnnexp.engine.plan import plan
from rnnexp.equations import Gate, Neuron, Vector
from tests.units import EQUATIONS


@dataclass(frozen=True)
class Named(equations.Equation):
    """A unit of one neuron, one vector and one gate, with the names of its fields."""

    neuron: str = "candidate"
    vector: str = "u"
    gate: str = "openness"
    valued: bool = True

    @property
    def neurons(self):
        return (Neuron(self.neuron, keras.activations.tanh, "candidate"),)

    @property
    def vectors(self):
        return (Vector(self.vector),)

    @property
    def gates(self):
        value = (lambda neurons, before, after: after.h) if self.valued else None
        return (Gate(self.gate, "output", value),)

    def step(self, candidate, h, u):
        return candidate(u * h)


def test_names_that_differ_are_taken():
    assert plan(Named()).vectors == (1,)


@pytest.mark.parametrize("equation_class", EQUATIONS)
def test_those_of_every_equation_are(equation_class):
    plan(equation_class())


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"neuron": "h"}, "has a state and a neuron of the name 'h'"),
        ({"vector": "candidate"}, "has a neuron and a vector of the name 'candidate'"),
        ({"gate": "u"}, "has a vector and a gate of the name 'u'"),
    ],
)
def test_two_parts_of_one_name_are_refused(names, told):
    with pytest.raises(ValueError, match=f"Named {told}; expected a name of its own"):
        plan(Named(**names))


@pytest.mark.parametrize("name", ["b", "W_h2", "d_h", "delta_u", "x", "time", "kernel", "h_0"])
def test_the_names_of_what_every_trace_has_are_refused(name):
    with pytest.raises(ValueError, match=f"Named calls a vector '{name}'; expected another name"):
        plan(Named(vector=name))


def test_a_gate_that_is_neither_a_neuron_nor_computed_is_refused():
    with pytest.raises(ValueError, match="gate 'openness' without a value; expected the name"):
        plan(Named(valued=False))
