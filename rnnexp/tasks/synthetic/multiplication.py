"""The multiplication problem: predict the product of the two marked numbers of a sequence."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.synthetic.hochreiter1997 import MarkedPairs


@dataclass(frozen=True)
class Multiplication(MarkedPairs):
    """The product of two marked numbers, in sequences of T to 1.1 T timesteps.

    Example (the target is the product of the two marked values):
        >>> print(Multiplication(length=10).example())
        value   0.27 0.24 0.21 0.89 0.22 0.23 0.13 0.12 0.78 0.29 0.80
        marker  -1   1    0    1    0    0    0    0    0    0    -1
        y  0.21

    The inputs x are (N, T + T // 10, 2) float32: a value, uniform in [0, 1), and a marker. One of
    the first ten pairs is marked with 1 (for T below 20, one of the first T // 2), and then one of
    the first T // 2 - 1 pairs that are not marked yet. The first and the last pair of a sequence
    have the marker -1, the others 0. If the first pair is drawn to be marked, it keeps its -1, and
    1 counts instead of its value. The length of a sequence is a slice of the score. The targets y
    are (N, 1) float32 in [0, 1].

    Source: Hochreiter and Schmidhuber (1997), experiment 5, section 5.5.

    Baseline: the best constant guess is the mean. Its squared error is the variance of the target:
    that of a product of two uniform numbers is 7/144 = 0.0486, and that of a single one, where the
    first pair is drawn, 1/12.

    Solved: the mean squared error is at most 2e-4. If errors are normally distributed, 0.5 % of
    the sequences are then off by 0.04 or more; the paper stops at 13 of the last 2,000, 0.65 %.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The least length T of a sequence, at least 6. The greatest is T + T // 10.
    """

    threshold: ClassVar[float] = 2e-4
    lowest: ClassVar[float] = 0.0
    neutral: ClassVar[float] = 1.0

    @property
    def baseline(self) -> float:
        """The variance of the target: the mean of its square, less the square of its mean."""
        single = self.first_pair_chosen
        mean = single / 2 + (1 - single) / 4
        return single / 3 + (1 - single) / 9 - mean**2

    def target(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Returns the product."""
        return one * other
