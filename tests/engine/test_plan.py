"""Which products are computed as one is found from the step itself."""

from dataclasses import dataclass

import pytest

from rnnexp import equations
from rnnexp.engine.plan import Group, Product, plan
from tests.units import EVERY_UNIT


def first(*neurons):
    """The products of these neurons with the first vector that each reads."""
    return tuple(Product(k, 0) for k in neurons)


@pytest.mark.parametrize("equation_class", [equations.GRU, equations.KeepGRU])
def test_with_the_reset_before_the_candidate_reads_a_vector_of_its_own(equation_class):
    z, r, candidate = range(3)
    found = plan(equation_class())
    computed = Group(first(candidate), state=None, with_input=True)
    assert found.groups == (Group(first(z, r), state=0, with_input=True), computed)
    assert not found.gated and not found.apart


@pytest.mark.parametrize("equation_class", [equations.ResetAfterGRU, equations.KeepResetAfterGRU])
def test_with_the_reset_after_all_share_and_the_candidate_is_gated(equation_class):
    found = plan(equation_class())
    assert found.groups == (Group(first(0, 1, 2), state=0, with_input=True),)
    assert found.gated == {2} == found.apart


def test_the_neurons_of_an_lstm_share_one_product():
    for equation in (equations.LSTM(), equations.PeepholeLSTM(), equations.SLSTM()):
        assert plan(equation).groups == (Group(first(0, 1, 2, 3), state=0, with_input=True),)


def test_neurons_in_parts_share_their_products_without_the_input():
    found = plan(equations.LayerNormLSTM())
    assert found.groups == (Group(first(0, 1, 2, 3), state=0, with_input=False),)
    assert found.parts == {0, 1, 2, 3} == found.apart


def test_neurons_that_read_no_vector_have_no_group():
    for equation in (equations.MinGRU(), equations.IndRNN()):
        found = plan(equation)
        assert found.groups == ()
        assert found.recurrent_columns == ()
        assert found.apart == set(range(len(equation.neurons)))


def test_a_neuron_that_reads_two_vectors_is_multiplied_with_its_input_once():
    found = plan(equations.CoRNN())
    assert found.groups == (
        Group((Product(0, 0),), state=0, with_input=True),
        Group((Product(0, 1),), state=1, with_input=False),
    )


def test_a_neuron_that_reads_the_memory_stands_apart():
    @dataclass(frozen=True)
    class Peephole(equations.LSTM):
        """An LSTM whose output gate reads the new c instead of h."""

        def step(self, i, f, candidate, o, h, c):
            c = f(c) * c + i(h) * candidate(h)
            return o(c) * self.activation(c), c

    assert plan(Peephole()).groups == (
        Group(first(1), state=1, with_input=True),
        Group(first(0, 2), state=0, with_input=True),
        Group(first(3), state=None, with_input=True),
    )


VECTORS = {
    "r * h": (lambda r, h: r * h, 2),
    "h * r": (lambda r, h: h * r, 2),
    "r + h": (lambda r, h: r + h, 3),
    "r * r": (lambda r, h: r * r, 3),
    "2 * r * h": (lambda r, h: 2 * r * h, 3),
}


@pytest.mark.parametrize(("again", "groups"), VECTORS.values(), ids=VECTORS)
def test_a_vector_that_is_computed_twice_is_one_vector(again, groups):
    @dataclass(frozen=True)
    class Twice(equations.GRU):
        """A GRU whose candidate and update gate read computed vectors."""

        def step(self, z, r, candidate, h):
            r = r(h)
            h_hat = candidate(r * h)
            z = z(again(r, h))
            return (1 - z) * h + z * h_hat

    found = plan(Twice())
    assert len(found.groups) == groups
    assert (Product(0, 0) in found.groups[1].products) == (groups == 2)


@EVERY_UNIT
@pytest.mark.parametrize("share", [True, False])
def test_every_product_has_one_place(unit, share):
    found = plan(unit.equation, share)
    placed = [product for group in found.groups for product in group.products]
    assert sorted(placed) == sorted(found.recurrent_columns)
    for product in placed:
        g, position = found.place(product)
        assert found.groups[g].products[position] == product
    with pytest.raises(ValueError, match="no group has the product"):
        found.place(Product(99, 0))


@EVERY_UNIT
def test_without_sharing_every_product_is_a_group(unit):
    found = plan(unit.equation, share=False)
    assert all(len(group.products) == 1 for group in found.groups)


@EVERY_UNIT
def test_the_input_of_a_neuron_enters_once(unit):
    """In a group with input by its first vector, or apart."""
    found = plan(unit.equation)
    inside = [k for g in found.groups if g.with_input for k, position in g.products if not position]
    assert set(inside) | found.apart == set(range(len(unit.equation.neurons)))
    assert set(inside) - found.apart == set(inside) - found.gated
