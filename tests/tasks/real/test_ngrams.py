"""The model of counts: compared with the definition of its probabilities, read letter by letter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks.real.ngrams import bits_per_symbol
from tests.tasks.real.counted import mean_bits

SIZE = 4
SYMBOLS = st.integers(0, SIZE - 1)


@given(
    train=st.lists(SYMBOLS, min_size=1, max_size=30),
    rows=st.integers(2, 6).flatmap(
        lambda n: st.lists(st.lists(SYMBOLS, min_size=n, max_size=n), min_size=1, max_size=3)
    ),
    order=st.integers(0, 6),
)
def test_it_is_the_definition(train, rows, order):
    found = bits_per_symbol(np.array(train), np.array(rows), order, SIZE)
    assert found == pytest.approx(mean_bits(train, rows, order, SIZE), rel=1e-9)


@given(
    train=st.lists(SYMBOLS, min_size=1, max_size=20),
    context=st.lists(SYMBOLS, min_size=1, max_size=3),
)
def test_the_probabilities_of_all_symbols_sum_to_one(train, context):
    def bits(row: list[int]) -> float:
        places = len(row) - 1
        return places and places * bits_per_symbol(np.array(train), np.array([row]), 3, SIZE)

    of_context = bits(context)
    total = sum(2 ** (of_context - bits([*context, symbol])) for symbol in range(SIZE))
    assert total == pytest.approx(1)


def test_a_large_alphabet_does_not_overflow():
    size = 100_000
    train = np.tile(np.arange(size), 2)
    # After every context one symbol follows, once or twice, so its p is at least 1/2 plus half of
    # the p before, and that of the shortest context is at least 1/(2 size).
    found = bits_per_symbol(train, train[np.newaxis, size - 7 : size], 5, size)
    assert found < 1
