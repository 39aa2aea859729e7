"""Temporal order: the class says in which order the two or three symbols came."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import TemporalOrder

PERCENT = {2: [(10, 20), (50, 60)], 3: [(10, 20), (33, 43), (66, 76)]}
EVERY_NUMBER = pytest.mark.parametrize("symbols", PERCENT)


def places(length: int, low: int, high: int) -> set[int]:
    """The timesteps that begin in this range of percent of the length, both ends included."""
    return {t for t in range(length) if 100 * (t + 1) > low * length and 100 * t <= high * length}


@EVERY_NUMBER
@given(length=st.integers(10, 60), seed=st.integers(0, 2**32))
def test_the_class_is_the_order_of_the_symbols(symbols, length, seed):
    task = TemporalOrder(length=length, symbols=symbols)
    x, y, *_ = task.batch("train", seed, 0, 20)
    for row, c in zip(x, y, strict=True):
        tokens = [task.input_names[token] for token in row]
        assert (tokens[0], tokens[-1]) == ("E", "B")
        found = [t for t, token in enumerate(tokens) if token in "XY"]
        for t, (low, high) in zip(found, PERCENT[symbols], strict=True):
            assert t in places(length, low, high)
        assert "".join(tokens[t] for t in found) == task.target_names[c]
        others = [token for t, token in enumerate(tokens) if t not in (0, *found, length - 1)]
        assert set(others) <= set("abcd")


@EVERY_NUMBER
def test_every_place_order_and_distractor_occurs(symbols):
    task = TemporalOrder(symbols=symbols)
    x, y, *_ = task.batch("train", 0, 0, 2_000)
    assert set(y) == set(range(2**symbols))
    assert set(x.ravel()) == set(range(task.inputs.size))
    there = set(np.flatnonzero((x < 2).any(axis=0)))
    assert there == set.union(*(places(100, low, high) for low, high in PERCENT[symbols]))
