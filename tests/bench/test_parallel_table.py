"""The difference of two results is told for the array in which it is largest."""

import numpy as np
import pytest

from rnnexp.bench.parallel_table import largest_difference


def test_it_is_a_share_of_the_largest_number_of_its_array():
    expected = [np.array([1.0, -100.0]), np.array([2.0, 1.0])]
    found = [np.array([1.0, -101.0]), np.array([2.0, 1.1])]
    assert largest_difference(found, expected) == pytest.approx(0.1 / 2)
