"""The copy task with a variable lag: give the symbols again when the marker asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.examples import Examples
from rnnexp.tasks.synthetic.copying import Copying


@dataclass(frozen=True)
class VariableCopy(Copying):
    """Ten symbols are to be given again after a lag that is different in each sequence.

    Example:
        >>> print(VariableCopy(length=4, symbols=3, copied=3).example(seed=1))
        x  B C A - - ? - - - -
        y  - - - - - - B C A -

    The inputs x are (N, T + 2 copied) int32 tokens: `copied` symbols, then blanks, with the marker
    at the end of a lag that is uniform from 1 to T. The targets y are (N, T + 2 copied) int32: the
    blank, and after the marker the symbols. All timesteps count. The lag is a slice of the score.

    Source: Tallec and Ollivier (2018).

    Baseline: the best guess at a timestep is the share of the blank and of the symbols there. The
    cross-entropy is the entropy of these shares. A guess that reads the marker but remembers no
    symbol has copied × ln(symbols) / (T + 2 copied).

    Solved: the cross-entropy is at most a tenth of what the guess without memory scores.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The greatest lag T from the last symbol to the marker, at least 1.
        test_length: T in the test split, at least 1; None stands for `length`. The baseline is that
            of the test split.
        symbols: The number of different symbols, at least 2.
        copied: How many symbols are to be copied, at least 1.
    """

    slice_name: ClassVar[str] = "lag"

    @property
    def baseline(self) -> float:
        """The mean over all timesteps of the entropy of the targets there."""
        lags = np.arange(1, self.length_in("test") + 1)
        steps = np.arange(self.timesteps("test"))[:, None] - self.copied - lags
        recalled = ((steps >= 0) & (steps < self.copied)).mean(axis=1)
        of_symbols = _entropy(recalled) + recalled * np.log(self.symbols)
        return float((_entropy(1 - recalled) + of_symbols).mean())

    @property
    def guesses(self) -> Mapping[str, float]:
        """The score of a guess that reads the marker and remembers no symbol."""
        return {"without memory": self.without_memory}

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x and y of (N, T + 2 copied), and the lags as slices."""
        lags = rng.integers(1, self.length_in(split) + 1, size=number, dtype=np.int32)
        return self.after_lags(rng, lags, split)._replace(slices=lags)


def _entropy(share: np.ndarray) -> np.ndarray:
    return -share * np.log(np.where(share > 0, share, 1))  # 0 ln 0 is 0
