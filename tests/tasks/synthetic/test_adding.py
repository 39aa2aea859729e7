"""Adding: the target is the sum of the marked values, and the markers are where they should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import Adding

LENGTHS = st.integers(2, 30)
SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("variant", ["halves", "anywhere"])
@given(length=LENGTHS, seed=SEEDS)
def test_the_target_is_the_sum_of_the_two_marked_values(variant, length, seed):
    x, y, *_ = Adding(length=length, variant=variant).batch("train", seed, 0, 50)
    values, markers = x[..., 0], x[..., 1]
    assert ((values >= 0) & (values < 1)).all()
    assert np.isin(markers, [0, 1]).all()
    assert (markers.sum(axis=1) == 2).all()
    np.testing.assert_allclose(y[:, 0], (values * markers).sum(axis=1), rtol=1e-6)


@given(length=LENGTHS, seed=SEEDS)
def test_halves_marks_one_step_in_each_half(length, seed):
    x = Adding(length=length, variant="halves").batch("train", seed, 0, 50).x
    assert (x[:, : length // 2, 1].sum(axis=1) == 1).all()
    assert (x[:, length // 2 :, 1].sum(axis=1) == 1).all()


@pytest.mark.parametrize(
    ("variant", "pairs"),
    [
        ("halves", {(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4)}),
        ("anywhere", {(i, j) for j in range(5) for i in range(j)}),
    ],
)
def test_every_allowed_pair_of_steps_is_marked_equally_often(variant, pairs):
    x = Adding(length=5, variant=variant).batch("train", 0, 0, 10_000).x
    marked = [tuple(map(int, np.flatnonzero(row))) for row in x[..., 1]]
    assert set(marked) == pairs
    share = 1 / len(pairs)
    error = np.sqrt(share * (1 - share) / len(marked))
    for pair in pairs:
        assert abs(marked.count(pair) / len(marked) - share) < 4 * error


def test_an_odd_variant_is_refused_with_the_two_there_are():
    with pytest.raises(ValueError, match=r"variant of Adding is 'thirds', .*'halves', 'anywhere'"):
        Adding(variant="thirds")
