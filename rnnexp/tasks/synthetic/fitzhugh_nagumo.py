"""FitzHugh-Nagumo: predict the next value of a system with two timescales."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least, check_drawn
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.generated import Generated

STEP, SUBSTEPS = 0.4, 2
CURRENT, A, B, EPSILON = 0.5, 0.7, 0.8, 1 / 50
AT_ONCE = 2**20
"""The number of values that are computed at once and kept for the next batches.

A thousand sequences take hardly longer than one. The number is part of what a seed means.
"""
STARTS = 1024


@dataclass(frozen=True)
class FitzHughNagumo(Generated):
    """A fast voltage v and a slow recovery w. The model reads v_t and predicts v_(t+1).

        dv/dt = v - v ** 3 / 3 - w + 0.5
        dw/dt = (v + 0.7 - 0.8 w) / 50

    Example:

        >>> print(FitzHughNagumo(length=8).example())
        x  0.27 0.64 1.08 1.49 1.74 1.85 1.89 1.90
        y  0.64 1.08 1.49 1.74 1.85 1.89 1.90 1.90

    The inputs x are (N, T, 1) float32, v at the times 0, 0.4, 0.8, …; the targets y are (N, T, 1)
    float32, v one timestep later. v begins uniformly in [-1, 1) and w, which the model never sees,
    at 0. Then v jumps between two slow branches, and w decides when.

    Source: FitzHugh (1955) and Nagumo, Arimoto and Yoshizawa (1962) for the equations; Rusch,
    Mishra, Erichson and Mahoney (2022), "Long expressive memory", for the task, with T = 1000 and
    the square root of our score. They solve the equations with SciPy's `solve_ivp` and its default
    tolerance, whose jumps come early or late. Here each timestep is two Runge-Kutta steps of order
    4, which keeps v within 0.001 of the exact solution for 1000 timesteps.

    Baseline: the variance of v_(t+1) over the beginnings, averaged over t. The guess "last value"
    repeats v_t, and "straight line" continues from v_(t-1) through v_t.

    Solved: the mean squared error is at most 1e-4, a root mean square error of 0.01.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps T, each of 0.4 time units, at least 2.
    """

    metric: ClassVar[str] = "mean_squared_error"
    inputs: ClassVar[Inputs] = Inputs("numbers", 1)
    targets: ClassVar[Targets] = Targets("numbers", 1, per_timestep=True)
    threshold: ClassVar[float] = 1e-4

    length: int = 1000

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "length", 2)

    @property
    def baseline(self) -> float:
        """The squared error of the mean over all beginnings, which is a guess for each t."""
        return float(_all_beginnings(self.length)[:, 1:].var(axis=0).mean())

    @property
    def guesses(self) -> Mapping[str, float]:
        """The squared errors of two ways to continue a curve."""
        v = _all_beginnings(self.length)
        changes = np.diff(v, axis=1)
        bends = np.diff(changes, axis=1)
        first_and_bends = np.concatenate([changes[:, :1], bends], axis=1)
        return {
            "last value": float((changes**2).mean()),
            "straight line": float((first_and_bends**2).mean()),
        }

    def batch(self, split: str, seed: int, index: int, number: int) -> Examples:
        """Draws a batch from (split, seed, index); see `Task.batch`."""
        check_drawn(split, seed=seed, index=index)
        batches = max(1, AT_ONCE // (number * self.length))
        if split != "train":
            batches = min(batches, -(-self.size(split) // number))
        block, place = divmod(index, batches)
        examples = _block(self, split, seed, block, batches * number)
        return examples.rows(np.arange(place * number, (place + 1) * number))

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x and y of (N, T, 1)."""
        v = voltages(rng.uniform(-1, 1, number), self.length)[..., None]
        return Examples(v[:, :-1], v[:, 1:])


@lru_cache(maxsize=3)
def _block(task: FitzHughNagumo, split: str, seed: int, block: int, number: int) -> Examples:
    return Generated.batch(task, split, seed, block, number)


@lru_cache(maxsize=2)
def _all_beginnings(length: int) -> np.ndarray:
    """Returns v of (STARTS, length + 1), from beginnings that are evenly spread in [-1, 1]."""
    return voltages((np.arange(STARTS) + 0.5) * 2 / STARTS - 1, length)


def voltages(beginnings: np.ndarray, length: int) -> np.ndarray:
    """Returns v at the times 0, `STEP`, 2 `STEP`, …, (N, length + 1) float32.

    Args:
        beginnings: The v at time 0, (N,). w is 0 there.
        length: The number of timesteps.
    """
    state = np.stack([beginnings, np.zeros_like(beginnings)])
    v = np.empty((length + 1, len(beginnings)), np.float32)
    v[0] = beginnings
    for t in range(1, length + 1):
        for _ in range(SUBSTEPS):
            state = _runge_kutta(state, STEP / SUBSTEPS)
        v[t] = state[0]
    return v.T


def _runge_kutta(state: np.ndarray, step: float) -> np.ndarray:
    first = _change(state)
    second = _change(state + step / 2 * first)
    third = _change(state + step / 2 * second)
    fourth = _change(state + step * third)
    return state + step / 6 * (first + 2 * (second + third) + fourth)


def _change(state: np.ndarray) -> np.ndarray:
    """Returns dv/dt and dw/dt, (2, N)."""
    v, w = state
    change = np.empty_like(state)
    # v ** 3 takes far longer than products, and its last digit depends on the machine.
    change[0] = v * (1 - v * v / 3) - w + CURRENT
    change[1] = EPSILON * (v + A - B * w)
    return change
