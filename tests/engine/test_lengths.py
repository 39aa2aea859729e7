"""Lengths rounded up to a few."""

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.engine.lengths import LENGTHS, padded, rounded


@given(T=st.integers(1, 3000))
def test_padding_adds_behind_and_at_most_a_quarter(T):
    x = np.arange(2 * T, dtype="float32").reshape(2, T, 1)
    longer = padded(x)
    assert longer.shape[1] in LENGTHS
    assert longer.shape[1] == rounded(tf.constant(T))
    assert longer.shape[1] - T < max(16, T / 4 + 1)
    np.testing.assert_array_equal(longer[:, :T], x)
    np.testing.assert_array_equal(longer[:, T:], 0)


def test_a_mask_gets_masked_timesteps():
    assert padded(np.ones((1, 10), bool)).numpy().sum() == 10


def test_a_length_beyond_the_last_stays():
    x = np.zeros((1, LENGTHS[-1] + 3, 1), "float32")
    assert padded(x).shape == x.shape
