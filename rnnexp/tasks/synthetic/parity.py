"""Parity: is the number of ones odd?"""

from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.examples import Examples
from rnnexp.tasks.synthetic.regular import OddNumber


@dataclass(frozen=True)
class Parity(OddNumber):
    """Is the number of ones in a sequence of zeros and ones odd?

    Example:

        >>> print(Parity(length=8).example(seed=3))
        x  0 0 1 1 0 · · ·
        y  even

    The inputs x are (N, T) int32: 1 is the symbol 0, 2 is the symbol 1, and 0 is padding. The
    targets y are (N,) int32: 0 for an even number of ones, 1 for an odd number.

    Source: Delétang et al. (2023), who train on lengths 1 to 40.

    Baseline: at every length, half of the sequences are odd, so a guess has an accuracy of 1/2.

    Solved: the accuracy on the longer test sequences is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        shortest, length, test_shortest, test_length: See `RegularLanguage`; all are at least 1.
    """

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T), y of (N,) and the lengths."""
        lengths = self.drawn_lengths(rng, number, split)
        tokens = self.uniform_tokens(rng, lengths, split)
        ones = (tokens == 2).sum(axis=1, dtype=np.int32)
        return Examples(tokens, ones % 2, slices=lengths)
