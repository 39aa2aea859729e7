"""Which neurons share a product is found from the step itself."""

from dataclasses import dataclass

import pytest

from rnnexp import equations
from rnnexp.engine.plan import Group, plan
from tests.units import EQUATIONS


@pytest.mark.parametrize("equation_class", [equations.GRU, equations.KeepGRU])
def test_with_the_reset_before_the_candidate_reads_a_vector_of_its_own(equation_class):
    z, r, candidate = range(3)
    layout = plan(equation_class())
    assert layout.groups == (Group((z, r), state=0), Group((candidate,), state=None))
    assert not layout.gated


@pytest.mark.parametrize("equation_class", [equations.ResetAfterGRU, equations.KeepResetAfterGRU])
def test_with_the_reset_after_all_share_and_the_candidate_is_gated(equation_class):
    layout = plan(equation_class())
    assert layout.groups == (Group((0, 1, 2), state=0),)
    assert layout.gated == {2}


def test_the_neurons_of_an_lstm_share_one_product():
    """In the order in which the step calls them."""
    (group,) = plan(equations.LSTM()).groups
    assert set(group.neurons) == {0, 1, 2, 3}
    assert group.state == 0


def test_a_neuron_that_reads_the_memory_stands_apart():
    @dataclass(frozen=True)
    class Peephole(equations.LSTM):
        """An LSTM whose output gate reads the new c instead of h."""

        def step(self, i, f, candidate, o, h, c):
            c = f(c) * c + i(h) * candidate(h)
            return o(c) * self.activation(c), c

    assert plan(Peephole()).groups == (
        Group((1,), state=1),
        Group((0, 2), state=0),
        Group((3,), state=None),
    )


@pytest.mark.parametrize("equation_class", EQUATIONS)
@pytest.mark.parametrize("share", [True, False])
def test_every_neuron_has_one_place(equation_class, share):
    neurons = range(len(equation_class().neurons))
    layout = plan(equation_class(), share)
    assert sorted(k for group in layout.groups for k in group.neurons) == list(neurons)
    for k in neurons:
        g, position = layout.place(k)
        assert layout.groups[g].neurons[position] == k


@pytest.mark.parametrize("equation_class", EQUATIONS)
def test_without_sharing_every_neuron_is_a_group(equation_class):
    layout = plan(equation_class(), share=False)
    assert len(layout.groups) == len(equation_class().neurons)


def test_a_neuron_that_the_step_never_calls_is_named():
    @dataclass(frozen=True)
    class Forgetful(equations.GRU):
        """A GRU whose step leaves the reset gate out."""

        def step(self, z, r, candidate, h):
            return z(h) * h + candidate(h)

    with pytest.raises(ValueError, match="neuron 1"):
        plan(Forgetful()).place(1)
