"""The adding problem as it was first posed, in 1997."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.synthetic.hochreiter1997 import MarkedPairs


@dataclass(frozen=True)
class AddingHS97(MarkedPairs):
    """The scaled sum of two marked numbers, in sequences of T to 1.1 T timesteps.

    Example (the target is 0.5 + (a + b) / 4 for the two marked values a and b):
        >>> print(AddingHS97(length=10).example())
        value   -0.45 -0.52 -0.58 0.78  -0.56 -0.55 -0.75 -0.75 0.56  -0.42 0.60
        marker  -1    1     0     1     0     0     0     0     0     0     -1
        y  0.56

    The inputs x are (N, T + T // 10, 2) float32: a value, uniform in [-1, 1), and a marker. One of
    the first ten pairs is marked with 1 (for T below 20, one of the first T // 2), and then one of
    the first T // 2 - 1 pairs that are not marked yet. The first and the last pair of a sequence
    have the marker -1, the others 0. If the first pair is drawn to be marked, it keeps its -1, and
    0 counts instead of its value. The length of a sequence is a slice of the score. The targets y
    are (N, 1) float32 in [0, 1].

    Source: Hochreiter and Schmidhuber (1997), experiment 4, section 5.4.

    Baseline: the best constant guess is the mean, 0.5. Its squared error is the variance of the
    target, (1/3 + 1/3) / 16 = 0.0417, less what is lost where the first pair is drawn.

    Solved: the mean squared error is at most 1e-4. The paper asks for 2,000 sequences in a row with
    errors below 0.04. That is four times the root of 1e-4, and one of 16,000 normally distributed
    errors is larger than four standard deviations.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The least length T of a sequence, at least 6. The greatest is T + T // 10.
    """

    lowest: ClassVar[float] = -1.0
    neutral: ClassVar[float] = 0.0

    @property
    def baseline(self) -> float:
        """The variance of the target."""
        return (2 - self.first_pair_chosen) / 3 / 16

    def target(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Returns the scaled sum."""
        return 0.5 + (one + other) / 4
