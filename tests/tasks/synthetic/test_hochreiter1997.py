"""Adding and multiplication as in 1997: the target is computed from the marked values."""

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import AddingHS97, Multiplication
from rnnexp.tasks.examples import PADDING

TARGETS = {AddingHS97: lambda values: 0.5 + sum(values) / 4, Multiplication: prod}
EVERY = pytest.mark.parametrize("task_class", TARGETS)


def pairs(sequence: np.ndarray) -> list[tuple[float, float]]:
    """The pairs of a sequence without its padding."""
    return [(float(value), float(marker)) for value, marker in sequence if value != PADDING]


@EVERY
@given(length=st.integers(6, 60), seed=st.integers(0, 2**32))
def test_the_target_is_that_of_the_values_marked_with_1(task_class, length, seed):
    x, y, _, lengths = task_class(length=length).batch("train", seed, 0, 20)
    for sequence, target, counted in zip(x, y[:, 0], lengths, strict=True):
        found = pairs(sequence)
        assert len(found) == counted
        assert length <= counted <= 1.1 * length
        markers = [marker for _, marker in found]
        assert (markers[0], markers[-1]) == (-1, -1)
        assert set(markers[1:-1]) <= {0, 1}
        marked = [value for value, marker in found if marker == 1]
        # One mark is missing where the first pair was drawn, whose marker stays -1.
        assert len(marked) in (1, 2)
        assert target == pytest.approx(TARGETS[task_class](marked), rel=1e-5)


@EVERY
def test_marks_values_and_lengths_fill_their_ranges(task_class):
    x, y, _, lengths = task_class(length=40).batch("train", 0, 0, 5_000)
    assert set(lengths) == set(range(40, 45))
    assert set(np.flatnonzero((x[..., 1] == 1).any(axis=0))) == set(range(1, 20))
    # One of the two is always among the first ten pairs.
    marked = (x[..., 1] == 1).sum(axis=1)
    assert ((x[:, 1:10, 1] == 1).any(axis=1) | (marked == 1)).all()
    values = x[..., 0][x[..., 0] != PADDING]
    low = -1 if task_class is AddingHS97 else 0
    assert low <= values.min() < low + 0.01
    assert 0.99 < values.max() <= 1
    assert ((y >= 0) & (y <= 1)).all()


@EVERY
@pytest.mark.parametrize("length", [6, 20, 41])
def test_how_often_the_first_pair_is_drawn(task_class, length):
    task, number = task_class(length=length), 20_000
    markers = task.batch("train", 0, 0, number).x[..., 1]
    share = ((markers == 1).sum(axis=1) == 1).mean()
    expected = task.first_pair_chosen
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / number)
