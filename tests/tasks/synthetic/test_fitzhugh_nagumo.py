"""FitzHugh-Nagumo: v follows SciPy's solution, and batches do not depend on one another."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from rnnexp.tasks import FitzHughNagumo


def solved_by_scipy(beginning: float, length: int) -> np.ndarray:
    """v at the times 0, 0.4, 0.8, …, to ten digits."""

    def change(_: float, state: np.ndarray) -> list[float]:
        v, w = state
        return [v - v**3 / 3 - w + 0.5, 0.02 * (v + 0.7 - 0.8 * w)]

    times = np.linspace(0, 0.4 * length, length + 1)
    end = (0, times[-1])
    return solve_ivp(change, end, [beginning, 0], t_eval=times, rtol=1e-10, atol=1e-10).y[0]


def test_v_is_the_solution_of_the_equations():
    x, y, *_ = FitzHughNagumo().batch("train", 0, 0, 4)
    for inputs, targets in zip(x[..., 0], y[..., 0], strict=True):
        v = solved_by_scipy(inputs[0], 1000)
        np.testing.assert_allclose(inputs, v[:-1], atol=1e-3)
        np.testing.assert_allclose(targets, v[1:], atol=1e-3)


def test_beginnings_are_uniform_between_minus_one_and_one():
    x, *_ = FitzHughNagumo(length=2).batch("train", 0, 0, 10_000)
    counts, _ = np.histogram(x[:, 0, 0], bins=10, range=(-1, 1))
    assert counts.sum() == 10_000
    assert (abs(counts - 1000) < 5 * np.sqrt(900)).all()


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_batches_are_the_same_in_any_order_and_all_different(split, monkeypatch):
    monkeypatch.setattr("rnnexp.tasks.synthetic.fitzhugh_nagumo.AT_ONCE", 5 * 50 * 3)
    task = FitzHughNagumo(length=50)
    forward = [task.batch(split, 1, index, 5) for index in range(20)]
    backward = [task.batch(split, 1, index, 5) for index in reversed(range(20))][::-1]
    for one, other in zip(forward, backward, strict=True):
        np.testing.assert_array_equal(one.x, other.x)
        np.testing.assert_array_equal(one.y, other.y)
    beginnings = np.concatenate([batch.x[:, 0, 0] for batch in forward])
    assert len(set(beginnings)) == 100


def test_what_a_caller_does_to_a_batch_leaves_the_next_draw_as_it_is():
    task = FitzHughNagumo(length=5)
    first = task.batch("test", 0, 0, 3)
    before = first.y.copy()
    first.x[:] = 0
    np.testing.assert_array_equal(first.y, before)
    assert task.batch("test", 0, 0, 3).x.all()


def test_the_guesses_score_as_declared():
    task = FitzHughNagumo(length=200)
    x, y, *_ = task.batch("test", 0, 0, 1000)
    line = x.copy()
    line[:, 1:] = 2 * x[:, 1:] - x[:, :-1]
    for name, guess in (("last value", x), ("straight line", line)):
        errors = ((guess - y) ** 2).mean(axis=(1, 2))
        assert abs(errors.mean() - task.guesses[name]) < 5 * errors.std() / np.sqrt(len(errors))
