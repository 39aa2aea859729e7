"""The first token task: remember the first symbol of a long sequence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.names import letters
from rnnexp.tasks.synthetic.longer_test import LongerTest


@dataclass(frozen=True)
class FirstToken(LongerTest):
    """A symbol at t = 0 is followed by distractors. The last step asks which symbol it was.

    Example:
        >>> print(FirstToken(length=7, symbols=4, distractors=3).example())
        x  A v v u u u ?
        y  A

    The inputs x are (N, T) int32 tokens: the symbols come first, then the distractors, then the
    question mark. The targets y are (N,) int32 from 0 to symbols - 1.

    Source: the latching problem of Bengio, Simard and Frasconi (1994) and the two-sequence problem
    of Hochreiter and Schmidhuber (1997), in which the start decides the class and noise follows.
    Here the sequence consists of discrete tokens.

    Baseline: the symbols are equally likely, so a constant guess has an accuracy of 1 / symbols.

    Solved: the accuracy is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps T, at least 2. There are T - 2 distractors between the
            symbol and the question.
        test_length: T in the test split, at least 2; None stands for `length`.
        symbols: The number of different symbols to remember, at least 2.
        distractors: The number of different distractors, at least 1. No distractor is a symbol.
    """

    metric: ClassVar[str] = "accuracy"
    threshold: ClassVar[float] = 0.99

    length: int = 50
    symbols: int = 8
    distractors: int = 8

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        self.check_lengths(2)
        check_at_least(self, "symbols", 2)
        check_at_least(self, "distractors", 1)

    @property
    def inputs(self) -> Inputs:
        """The tokens: the symbols, then the distractors, then the question mark."""
        return Inputs("tokens", self.symbols + self.distractors + 1)

    @property
    def targets(self) -> Targets:
        """A class for each symbol."""
        return Targets("class", self.symbols)

    @property
    def baseline(self) -> float:
        """The accuracy of any constant guess."""
        return 1 / self.symbols

    @property
    def input_names(self) -> Sequence[str]:
        """Capital letters for the symbols, small letters for the distractors."""
        return [*self.target_names, *letters(self.distractors, "u"), "?"]

    @property
    def target_names(self) -> Sequence[str]:
        """Capital letters."""
        return letters(self.symbols, "A")

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T) and y of (N,)."""
        question = self.symbols + self.distractors
        shape = (number, self.length_in(split))
        tokens = rng.integers(self.symbols, question, shape, dtype=np.int32)
        tokens[:, 0] = rng.integers(self.symbols, size=number)
        tokens[:, -1] = question
        return Examples(tokens, tokens[:, 0].copy())
