"""Even pairs: do the symbols of a sequence change an odd number of times?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.examples import Examples
from rnnexp.tasks.synthetic.regular import OddNumber


@dataclass(frozen=True)
class EvenPairs(OddNumber):
    """Is the number of unequal neighbours, 01 and 10, in a sequence of zeros and ones odd?

    Example:

        >>> print(EvenPairs(length=8).example(seed=5))
        x  1 0 0 1 0 0 · ·
        y  odd

    The inputs x are (N, T) int32: 1 is the symbol 0, 2 is the symbol 1, and 0 is padding. The
    targets y are (N,) int32: 0 for an even number of unequal neighbours, 1 for an odd number.

    The number is odd exactly if the first and the last symbol differ, so it is enough to remember
    the first one. That makes this language easier than `Parity`.

    Source: Delétang et al. (2023), who train on lengths 1 to 40. A sequence of one symbol has no
    neighbours and a certain answer; here the lengths start at 2.

    Baseline: at every length, half of the sequences are odd, so a guess has an accuracy of 1/2.

    Solved: the accuracy on the longer test sequences is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        shortest, length, test_shortest, test_length: See `RegularLanguage`; all are at least 2.
    """

    least_length: ClassVar[int] = 2

    shortest: int = 2

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T), y of (N,) and the lengths."""
        lengths = self.drawn_lengths(rng, number, split)
        tokens = self.uniform_tokens(rng, lengths, split)
        last = tokens[np.arange(number), lengths - 1]
        return Examples(tokens, (tokens[:, 0] != last).astype(np.int32), slices=lengths)
