"""Which entries of a long dimension are shown."""

import itertools
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from rnnexp.recurrence.selection import evenly, indices, within

SIZES = st.integers(0, 3000)


@given(SIZES, st.integers(2, 500))
def test_entries_are_at_even_distances_with_the_first_and_the_last(size, most):
    chosen = indices(size, evenly(size, most))
    assert len(chosen) <= most
    if size <= most:
        assert chosen == list(range(size))
        return
    assert (chosen[0], chosen[-1]) == (0, size - 1)
    distances = [b - a for a, b in itertools.pairwise(chosen)]
    assert len(set(distances[:-1])) <= 1
    assert 0 < distances[-1] <= distances[0]
    # With a distance of one less there would be too many.
    assert distances[0] == 1 or (size - 1) / (distances[0] - 1) > most - 1


@given(st.integers(1, 3000))
def test_one_entry_is_the_last(size):
    assert indices(size, evenly(size, 1)) == [size - 1]


@given(st.lists(st.tuples(SIZES, st.integers(1, 1024)), max_size=5), st.integers(1, 10_000))
def test_an_answer_is_never_larger_than_allowed(dimensions, numbers):
    sizes, most = [size for size, _ in dimensions], [number for _, number in dimensions]
    lowered = within(sizes, most, numbers)
    wanted = [min(pair) for pair in dimensions]
    assert prod(lowered) <= numbers
    assert all(low <= want for low, want in zip(lowered, wanted, strict=True))
    if prod(wanted) <= numbers:
        assert lowered == wanted
    # Only what is long is lowered, and no dimension is lost.
    kept = [low for low, want in zip(lowered, wanted, strict=True) if low == want]
    cut = [low for low, want in zip(lowered, wanted, strict=True) if low < want]
    assert all(2 * low + 1 >= max(kept, default=0) for low in cut)
    assert 0 in wanted or min(lowered, default=1) >= 1
