"""Cycle navigation: where on a circle does a walk end?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.synthetic.regular import RegularLanguage


@dataclass(frozen=True)
class CycleNavigation(RegularLanguage):
    """A walk on a circle starts at position 0. Each symbol is a step back, no step or one forward.

    Example:

        >>> print(CycleNavigation(length=8).example(seed=5))
        x  +1 -1 -1 0  0  -1 ·  ·
        y  3

    The inputs x are (N, T) int32: 1 is a step back, 2 is no step, 3 is a step forward, and 0 is
    padding. The targets y are (N,) int32: the last position, from 0 to `positions` - 1.

    Source: Delétang et al. (2023), who train on lengths 1 to 40.

    Baseline: a walk ends more often where it began than elsewhere. The baseline is the share of
    the test walks that do, which falls to 1 / `positions` as the walks get longer.

    Solved: the accuracy on the longer test walks is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        shortest, length, test_shortest, test_length: See `RegularLanguage`; all are at least 1.
        positions: The number of positions on the circle, at least 2.
    """

    metric: ClassVar[str] = "accuracy"
    inputs: ClassVar[Inputs] = Inputs("tokens", 4, padded=True)
    threshold: ClassVar[float] = 0.99

    positions: int = 5

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "positions", 2)

    @property
    def targets(self) -> Targets:
        """A class for each position."""
        return Targets("class", self.positions)

    @property
    def baseline(self) -> float:
        """The share of the test walks that end at the most frequent position."""
        lengths = self.lengths("test")
        at = np.zeros(self.positions)
        at[0] = 1
        ends = np.zeros(self.positions)
        for walked in range(1, lengths.stop):
            at = (at + np.roll(at, 1) + np.roll(at, -1)) / 3
            if walked in lengths:
                ends += at / len(lengths)
        return float(ends.max())

    @property
    def input_names(self) -> Sequence[str]:
        """The three steps, after the padding."""
        return "padding", "-1", "0", "+1"

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T), y of (N,) and the lengths."""
        lengths = self.drawn_lengths(rng, number, split)
        tokens = self.uniform_tokens(rng, lengths, split)
        # A token is 2 more than its step, and the padding is 0.
        ends = (tokens.sum(axis=1, dtype=np.int32) - 2 * lengths) % self.positions
        return Examples(tokens, ends, slices=lengths)
