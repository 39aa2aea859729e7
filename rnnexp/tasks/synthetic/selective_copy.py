"""The selective copy task: remember the symbols between blanks, and give them in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.names import letters
from rnnexp.tasks.synthetic.longer_test import LongerTest


@dataclass(frozen=True)
class SelectiveCopy(LongerTest):
    """Symbols stand at random places among blanks. Afterwards they are asked for, in order.

    Example:
        >>> print(SelectiveCopy(length=8, symbols=4, copied=3).example())
        x  D - - C C - - - ? ? ?
        y  · · · · · · · · D C C

    The inputs x are (N, L + copied) int32 tokens: L tokens, of which `copied` at random places are
    symbols and the others blanks, and then `copied` question marks. The targets y are
    (N, L + copied) int32 from 0 to symbols - 1; only those below the question marks count.

    Source: Gu and Dao (2023), section 4.1.1, with L = 4096, copied = 16 and a vocabulary of 16.

    Baseline: the symbols are equally likely, so any guess has an accuracy of 1 / symbols.

    Solved: the accuracy is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps L before the first question mark, at least `copied`.
        test_length: L in the test split, at least `copied`; None stands for `length`.
        symbols: The number of different symbols, at least 2.
        copied: How many symbols are to be copied, at least 1.
    """

    metric: ClassVar[str] = "accuracy"
    threshold: ClassVar[float] = 0.99

    length: int = 32
    symbols: int = 8
    copied: int = 4

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "symbols", 2)
        check_at_least(self, "copied", 1)
        self.check_lengths(self.copied)

    def timesteps(self, split: str) -> int:
        """The number of timesteps, question marks included."""
        return self.length_in(split) + self.copied

    @property
    def inputs(self) -> Inputs:
        """The tokens: the symbols, then the blank, then the question mark."""
        return Inputs("tokens", self.symbols + 2)

    @property
    def targets(self) -> Targets:
        """A class for each symbol, at every timestep."""
        return Targets("class", self.symbols, per_timestep=True)

    @property
    def baseline(self) -> float:
        """The accuracy of any guess that does not depend on the inputs."""
        return 1 / self.symbols

    @property
    def input_names(self) -> Sequence[str]:
        """Capital letters for the symbols, a minus for the blank."""
        return [*self.target_names, "-", "?"]

    @property
    def target_names(self) -> Sequence[str]:
        """Capital letters."""
        return letters(self.symbols, "A")

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x, y and weights of (N, L + copied)."""
        length, copied = self.length_in(split), self.copied
        data = rng.integers(self.symbols, size=(number, copied), dtype=np.int32)
        # The smallest of random numbers lie at places that are all different.
        order = rng.random((number, length), dtype=np.float32).argpartition(copied - 1, axis=1)
        x = np.full((number, length + copied), self.symbols, dtype=np.int32)
        np.put_along_axis(x, np.sort(order[:, :copied], axis=1), data, axis=1)
        x[:, length:] = self.symbols + 1
        y, weights = np.zeros_like(x), np.zeros(x.shape, dtype=np.float32)
        y[:, length:] = data
        weights[:, length:] = 1
        return Examples(x, y, weights)
