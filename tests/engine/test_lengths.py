"""Lengths rounded up to a few."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.engine.lengths import LENGTHS, padded


@given(T=st.integers(1, 3000), masked=st.booleans())
def test_padding_adds_behind_and_at_most_a_quarter(T, masked):
    x = np.arange(2 * T, dtype="float32").reshape(2, T, 1)
    mask = x[..., 0] % 2 == 0 if masked else None
    longer, longer_mask, length = padded(x, mask)
    assert length == T
    assert longer.shape[1] in LENGTHS
    assert longer.shape[1] - T < max(16, T / 4 + 1)
    np.testing.assert_array_equal(longer[:, :T], x)
    if masked:
        np.testing.assert_array_equal(longer_mask[:, :T], mask)
    else:
        assert longer_mask is None


def test_a_length_beyond_the_last_stays():
    x = np.zeros((1, LENGTHS[-1] + 3, 1), "float32")
    assert padded(x, None)[0].shape == x.shape
