"""The batch divided among cores: nothing is lost, and nothing depends on how many there are."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnexp.engine import sharding
from rnnexp.engine.run import run
from tests.uncompiled import uncompiled
from tests.units import EVERY_UNIT_SLOWLY, SIMPLE_RNN, normal, randomise, stored

T, D, M = 4, 2, 3


@given(B=st.integers(1, 40), n=st.integers(1, 9))
def test_joining_undoes_cutting(B, n):
    whole = np.arange(B * 2).reshape(B, 2)
    parts = sharding.split_tensor(tf.constant(whole), n)
    assert len(parts) == n
    np.testing.assert_array_equal(sharding.join(parts), whole)
    assert max(len(p) for p in parts) == -(-B // n)


@settings(max_examples=20)
@given(B=st.integers(1, 40), n=st.integers(1, 9))
def test_a_batch_of_unknown_size_is_cut_alike(B, n):
    whole = np.arange(B * 2).reshape(B, 2)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.int64)])
    def cut(tensor):
        return sharding.split_tensor(tensor, n)

    with_size = sharding.split_tensor(tf.constant(whole), n)
    for one, other in zip(cut(whole), with_size, strict=True):
        np.testing.assert_array_equal(one, other)


@given(B=st.one_of(st.none(), st.integers(1, 10_000)))
def test_no_share_is_too_small_to_be_worth_it(B):
    n = sharding.number_of_shards(B)
    assert n >= 1
    assert n == 1 or B is None or B // n >= sharding.SMALLEST


def answer(unit, B, n, monkeypatch):
    """Outputs, last states and all gradients, computed in n shards, with everything that is cut."""
    monkeypatch.setattr(sharding, "number_of_shards", lambda B: n)
    rng = np.random.default_rng(21)
    cell = unit.cell(M)
    cell.build((B, D))
    weights = list(stored(randomise(cell, rng)).values())
    x = tf.constant(normal(rng, B, T, D))
    states = list(map(tf.constant, unit.states_like(rng, B, M)))
    mask = tf.constant(rng.uniform(size=(B, T)) < 0.7)
    h_masks = [tf.constant(rng.uniform(size=(B, M)), "float32")] * len(cell.equation.neurons)
    taps = [tf.zeros((B, T, M)) for _ in states]

    def gradients(watched, taps):
        with tf.GradientTape() as tape:
            tape.watch(watched)
            (h,), final = run(
                cell.equation,
                cell.step_weights(),
                x,
                states,
                mask=mask,
                dropout=(None, h_masks),
                sequences=(0,),
                taps=taps,
            )
            loss = tf.reduce_sum(h * h) + tf.add_n([tf.reduce_sum(s * s) for s in final])
        return [h, *final, *tape.gradient(loss, watched)]

    found = gradients([*weights, x, *states], ()) + gradients([x, *states, *taps], taps)
    return [y.numpy() for y in found]


@EVERY_UNIT_SLOWLY
@uncompiled()
def test_two_shares_give_what_one_gives(unit, monkeypatch):
    one, two = (answer(unit, 5, n, monkeypatch) for n in (1, 2))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("n", [3, 4])
def test_a_share_may_be_left_empty(n, monkeypatch):
    """Five sequences in fours are 2, 2, 1 and 0."""
    one, many = (answer(SIMPLE_RNN, 5, n, monkeypatch) for n in (1, n))
    for a, b in zip(one, many, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
