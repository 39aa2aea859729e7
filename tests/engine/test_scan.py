"""The scan of affine maps, and the division into blocks, against loops in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.engine.blocks import Blocks, division
from rnnexp.engine.scan import Affine, identity, states_before


def random_maps(rng, K, S, B=2, M=3):
    def tensor():
        return tf.constant(rng.uniform(-1, 1, size=(K, B, M)))

    matrix = tuple(tuple(tensor() for _ in range(S)) for _ in range(S))
    return Affine(matrix, tuple(tensor() for _ in range(S)))


@given(K=st.integers(1, 20), S=st.integers(1, 3), reverse=st.booleans(), seed=st.integers(0, 99))
def test_the_scan_is_the_loop(K, S, reverse, seed):
    rng = np.random.default_rng(seed)
    maps = random_maps(rng, K, S)
    states = [rng.normal(size=(2, 3)) for _ in range(S)]
    before, last = states_before(maps, tuple(map(tf.constant, states)), reverse)
    matrix, offset = np.array(maps.matrix), np.array(maps.offset)
    for k in reversed(range(K)) if reverse else range(K):
        np.testing.assert_allclose([b[k] for b in before], states, atol=1e-12)
        states = np.einsum("ijbm,jbm->ibm", matrix[:, :, k], states) + offset[:, k]
    np.testing.assert_allclose(last, states, atol=1e-12)


def test_the_identity_changes_nothing():
    maps = random_maps(np.random.default_rng(0), 4, 2)
    unchanged = identity(maps.offset).after(maps)
    np.testing.assert_array_equal(unchanged.matrix, maps.matrix)
    np.testing.assert_array_equal(unchanged.offset, maps.offset)


@given(B=st.integers(1, 70), T=st.integers(1, 9000), M=st.integers(1, 600))
def test_blocks_hold_every_timestep(B, T, M):
    K, L = division(B, T, M)
    assert (K - 1) * L < T <= K * L


@pytest.mark.parametrize("T", [1, 5, 31, 64, 77, 1024])
def test_a_division_known_at_run_time_holds_every_timestep(T):
    K, L = division(tf.constant(3), tf.constant(T), 16)
    assert (K - 1) * L < T <= K * L


@given(B=st.integers(1, 4), T=st.integers(1, 40))
def test_joining_undoes_cutting(B, T):
    blocks = Blocks(B, T, *division(B, T, 2))
    x = tf.random.normal((B, T, 2))
    np.testing.assert_array_equal(blocks.joined(blocks.cut(x)), x)
