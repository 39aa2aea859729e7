"""What the copy task with a fixed and with a variable lag have in common."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least, check_drawn
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.names import letters
from rnnexp.tasks.synthetic.longer_test import LongerTest


@dataclass(frozen=True)
class Copying(LongerTest):
    """Symbols at the beginning are to be given again after a marker; all else is blank.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The greatest lag T, at least 1. There are T + 2 copied timesteps.
        test_length: T in the test split, at least 1; None stands for `length`.
        symbols: The number of different symbols, at least 2.
        copied: How many symbols are to be copied, at least 1.
    """

    metric: ClassVar[str] = "cross_entropy"

    length: int = 50
    symbols: int = 8
    copied: int = 10

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        self.check_lengths(1)
        check_at_least(self, "symbols", 2)
        check_at_least(self, "copied", 1)

    def timesteps(self, split: str) -> int:
        """The number of timesteps: the symbols, the lag, and the symbols again."""
        check_drawn(split)
        return self.length_in(split) + 2 * self.copied

    @property
    def inputs(self) -> Inputs:
        """The tokens: the symbols, then the blank, then the marker."""
        return Inputs("tokens", self.symbols + 2)

    @property
    def targets(self) -> Targets:
        """At every timestep a symbol or the blank."""
        return Targets("class", self.symbols + 1, per_timestep=True)

    @property
    def input_names(self) -> Sequence[str]:
        """Capital letters for the symbols, a minus for the blank."""
        return [*self.target_names, "?"]

    @property
    def target_names(self) -> Sequence[str]:
        """Capital letters for the symbols, a minus for the blank."""
        return [*letters(self.symbols, "A"), "-"]

    @property
    def without_memory(self) -> float:
        """The cross-entropy of a guess that knows when to copy, but not what."""
        return self.copied * math.log(self.symbols) / self.timesteps("test")

    @property
    def threshold(self) -> float:
        """A tenth of what a guess without memory scores."""
        return 0.1 * self.without_memory

    def after_lags(self, rng: np.random.Generator, lags: np.ndarray, split: str) -> Examples:
        """Draws x and y of (N, T + 2 copied), with the marker at the end of each lag (N,)."""
        data = rng.integers(self.symbols, size=(len(lags), self.copied), dtype=np.int32)
        blank = np.full((len(lags), self.timesteps(split)), self.symbols, dtype=np.int32)
        x, y = blank, blank.copy()
        x[:, : self.copied] = data
        recalled = self.copied + lags[:, None]
        np.put_along_axis(x, recalled - 1, self.symbols + 1, axis=1)
        np.put_along_axis(y, recalled + np.arange(self.copied), data, axis=1)
        return Examples(x, y)
