"""The adding problem: predict the sum of the two marked numbers of a sequence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_one_of
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.synthetic.longer_test import LongerTest


@dataclass(frozen=True)
class Adding(LongerTest):
    """Two of T numbers are marked. After the last step, the model predicts their sum.

    Example (the target is 0.51 + 0.27):
        >>> print(Adding(length=6).example())
        value   0.85 0.64 0.51 0.27 0.31 0.04
        marker  0    0    1    1    0    0
        y  0.78

    The inputs x are (N, T, 2) float32: the value, uniform in [0, 1), and the marker, 0 or 1. The
    targets y are (N, 1) float32 in [0, 2).

    Source: Hochreiter and Schmidhuber (1997), with a different range and different markers. Both
    variants here are more recent. Only in "halves" is the distance from the first marker to the
    end always at least half of T.

    Baseline: the best constant guess is the mean, 1. Its squared error is the variance of a sum of
    two independent uniform numbers, 1/12 + 1/12 = 1/6.

    Solved: the mean squared error is at most 0.01.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps T, at least 2.
        test_length: T in the test split, at least 2; None stands for `length`.
        variant: "halves" marks one of the first T // 2 steps and one of the others (Arjovsky, Shah
            and Bengio 2016). "anywhere" marks any two steps (Bai, Kolter and Koltun 2018).
    """

    metric: ClassVar[str] = "mean_squared_error"
    inputs: ClassVar[Inputs] = Inputs("numbers", 2)
    targets: ClassVar[Targets] = Targets("numbers", 1)
    baseline: ClassVar[float] = 1 / 6
    threshold: ClassVar[float] = 0.01

    variant: str = "halves"

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        self.check_lengths(2)
        check_one_of(self, "variant", ("halves", "anywhere"))

    @property
    def input_names(self) -> Sequence[str]:
        """The two numbers of a timestep."""
        return "value", "marker"

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T, 2) and y of (N, 1)."""
        length = self.length_in(split)
        values = rng.random((number, length), dtype=np.float32)
        marked = self._marked_steps(rng, number, length)
        markers = np.zeros_like(values)
        np.put_along_axis(markers, marked, 1, axis=1)
        sums = np.take_along_axis(values, marked, axis=1).sum(axis=1, keepdims=True)
        return Examples(np.stack([values, markers], axis=-1), sums)

    def _marked_steps(self, rng: np.random.Generator, number: int, length: int) -> np.ndarray:
        """Returns two different timesteps per example, (number, 2)."""
        if self.variant == "halves":
            half = length // 2
            return rng.integers([0, half], [half, length], size=(number, 2))
        first = rng.integers(length, size=number)
        # A cyclic shift of 1 to T - 1 reaches every other step with equal probability.
        second = (first + rng.integers(1, length, size=number)) % length
        return np.stack([first, second], axis=1)
