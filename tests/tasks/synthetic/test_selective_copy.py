"""Selective copy: the symbols between the blanks, in their order."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import SelectiveCopy


@given(
    copied=st.integers(1, 5),
    blanks=st.integers(0, 10),
    symbols=st.integers(2, 6),
    seed=st.integers(0, 2**32),
)
def test_the_targets_are_the_symbols_in_their_order(copied, blanks, symbols, seed):
    task = SelectiveCopy(length=copied + blanks, copied=copied, symbols=symbols)
    x, y, weights, _ = task.batch("train", seed, 0, 20)
    for row, target, weight in zip(x, y, weights, strict=True):
        tokens = [task.input_names[token] for token in row]
        asked = [token == "?" for token in tokens]
        assert asked == [False] * (copied + blanks) + [True] * copied
        assert weight.tolist() == asked
        answers = [task.target_names[c] for c, ask in zip(target, asked, strict=True) if ask]
        assert answers == [token for token in tokens if token not in ("-", "?")]


def test_every_set_of_places_is_equally_likely():
    number = 10_000
    x = SelectiveCopy(length=4, copied=2).batch("train", 0, 0, number).x
    places = Counter(tuple(np.flatnonzero(row < 8)) for row in x[:, :4])
    assert len(places) == 6
    for count in places.values():
        assert abs(count / number - 1 / 6) < 4 * np.sqrt(1 / 6 / number)


@pytest.mark.parametrize("field", ["length", "test_length"])
def test_no_more_symbols_than_places(field):
    with pytest.raises(ValueError, match=rf"^{field} of SelectiveCopy is 3, expected .*least 4"):
        SelectiveCopy(copied=4, **{field: 3})
