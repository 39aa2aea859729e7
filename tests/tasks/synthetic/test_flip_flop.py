"""The flip-flop: each output holds the last pulse of its input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnexp.tasks import FlipFlop

SIZES = {
    "length": st.integers(1, 20),
    "bits": st.integers(1, 5),
    "probability": st.floats(0, 1),
    "seed": st.integers(0, 2**32),
}


@given(**SIZES)
def test_each_target_is_the_last_pulse(length, bits, probability, seed):
    task = FlipFlop(length=length, bits=bits, probability=probability)
    x, y, *_ = task.batch("train", seed, 0, 10)
    assert np.isin(x, (-1, 0, 1)).all()
    assert (x[:, 0] != 0).all()
    held = np.zeros((10, bits))
    for present, target in zip(np.moveaxis(x, 1, 0), np.moveaxis(y, 1, 0), strict=True):
        held[present != 0] = present[present != 0]
        np.testing.assert_array_equal(target, held)


@pytest.mark.parametrize("probability", [0.0, 0.1, 0.5, 1.0])
def test_pulses_of_both_signs_are_as_frequent_as_asked_for(probability):
    x, *_ = FlipFlop(probability=probability).batch("train", 0, 0, 500)
    later = x[:, 1:]
    for sign in (-1, 1):
        error = np.sqrt(probability / 2 * (1 - probability / 2) / later.size)
        assert abs((later == sign).mean() - probability / 2) <= 5 * error


@pytest.mark.parametrize("probability", [0.0, 0.1, 0.5, 1.0])
def test_the_guess_without_memory_scores_as_declared(probability):
    task = FlipFlop(probability=probability)
    x, y, *_ = task.batch("test", 0, 0, 1000)
    errors = ((x - y) ** 2).mean(axis=(1, 2))
    deviation = errors.std() / np.sqrt(len(errors))
    assert abs(errors.mean() - task.guesses["present input"]) <= 5 * deviation + 1e-6
