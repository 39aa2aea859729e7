"""The sequences of the probe, as the file keeps them."""

import numpy as np
import pytest

from rnnexp.dashboard.probe_batch import probe_arrays

TOKENS = np.arange(30).reshape(6, 5) % 7
NUMBERS = np.random.default_rng(0).normal(size=(6, 5, 3)).astype("float32")


@pytest.mark.parametrize("x", [TOKENS, NUMBERS, NUMBERS[:2], [NUMBERS], {"a": TOKENS}])
def test_the_first_four_sequences_are_kept(x):
    found = probe_arrays(x, None)["probe_input"]
    array = x["a"] if isinstance(x, dict) else np.asarray(x[0] if isinstance(x, list) else x)
    np.testing.assert_array_equal(found, array[:4])
    assert found.dims == ("probe_sequence", "probe_time", "probe_feature")[: array.ndim]
    assert found.dtype.kind == array.dtype.kind


def test_of_many_features_and_of_pictures_sixteen_are_kept():
    pictures = np.random.default_rng(0).integers(0, 255, (2, 5, 8, 8))
    found = probe_arrays(pictures, None)["probe_input"]
    np.testing.assert_array_equal(found, pictures.reshape(2, 5, 64)[..., :16])


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (np.arange(6), np.arange(4)),
        (np.arange(6.0)[:, None], np.arange(4.0)),
        (TOKENS, TOKENS[:4]),
        (TOKENS[..., None], TOKENS[:4]),
    ],
)
def test_targets_are_kept_beside_them(y, expected):
    np.testing.assert_array_equal(probe_arrays(NUMBERS, y)["probe_target"], expected)


@pytest.mark.parametrize(
    "y", [None, np.array(["a"] * 6), NUMBERS, np.zeros((6, 2)), [None], np.zeros((6, 5, 1, 1))]
)
def test_other_targets_are_left_out(y):
    assert set(probe_arrays(NUMBERS, y)) == {"probe_input"}


@pytest.mark.parametrize("x", [np.array(["a", "b"]), np.arange(3), np.array([["a"]])])
def test_other_inputs_are_left_out(x):
    assert not probe_arrays(x, np.arange(3))
