"""The numbers of weights and multiplications."""

import pytest

from rnnexp import equations
from rnnexp.explain.comparison import ratio_in_letters
from rnnexp.explain.counting import elementwise, products
from rnnexp.explain.explaining import explanation
from rnnexp.explain.explanation import Count, Sizes
from rnnexp.explain.random_step import cell_of, named_weights
from tests.units import EVERY_UNIT


@EVERY_UNIT
@pytest.mark.parametrize("sizes", [Sizes(3, 5), Sizes(7, 2)], ids=str)
def test_the_parameters_of_every_unit_are_those_of_its_layer(unit, sizes):
    layer = unit.layer(sizes.units)
    layer.build((None, None, sizes.inputs))
    told = explanation(unit.equation)
    assert told.parameters.at(*sizes) == layer.count_params()
    assert sum(weight.number(sizes) for weight in told.weights) == layer.count_params()


@EVERY_UNIT
def test_every_weight_has_the_shape_that_is_said(unit):
    sizes = Sizes(3, 5)
    cell = cell_of(unit.equation, sizes.units)
    cell.build((2, sizes.inputs))
    told = explanation(unit.equation)
    arrays = named_weights(cell, told)
    assert {w.name: w.number(sizes) for w in told.weights} == {n: a.size for n, a in arrays.items()}
    for weight in told.weights:
        rows = {"D×M": (3,), "M×M": (5,)}.get(weight.shape, ())
        assert arrays[weight.name].shape[:-1] == rows


@pytest.mark.parametrize(
    ("kind", "matrices", "apart"),
    [
        (equations.SimpleRNN, Count(1, 1), 0),
        (equations.LSTM, Count(4, 4), 3),  # f c, i ĉ, o tanh(c)
        (equations.GRU, Count(3, 3), 3),  # r h, (1 - z) h, z ĥ
        (equations.ResetAfterGRU, Count(3, 3), 3),
        (equations.IndRNN, Count(1, 0), 1),
        (equations.MinGRU, Count(2, 0), 2),
        (equations.PeepholeLSTM, Count(4, 4), 6),
        (equations.SLSTM, Count(4, 4), 5),  # f c, i z, f n, o c, / n
        (equations.CoRNN, Count(1, 2), 4),
        (equations.LEM, Count(4, 4), 4),  # (1 - dt) z, dt ẑ and the same of y; dt is a neuron
    ],
)
def test_multiplications_counted_by_hand(kind, matrices, apart):
    assert (products(kind()), elementwise(kind())) == (matrices, apart)


def test_a_number_other_than_one_is_multiplied():
    assert elementwise(equations.LEM(time_step=0.5)) == 4 + 2


def test_a_normalization_over_four_blocks_counts_them():
    """Square, gain and quotient: of 4M numbers twice, of M once. Then f c, i ĉ and o tanh(…)."""
    assert elementwise(equations.LayerNormLSTM()) == 2 * 3 * 4 + 3 + 3


def test_a_count_in_letters_and_numbers():
    assert str(Count(3, 1, 0)) == "3 D·M + M·M"
    assert str(Count()) == "0"
    assert Count(3, 2, 1).at(2, 10) == 3 * 20 + 2 * 100 + 10


def test_a_ratio_in_letters_holds_for_all_sizes():
    one = Count(1, 1, 1)
    assert ratio_in_letters(Count(3, 3, 3), one) == "3×"
    assert ratio_in_letters(Count(1, 2, 1), one) == "1 to 2×"
    assert ratio_in_letters(Count(0, 0, 3), Count(1, 1, 0)) == ""
