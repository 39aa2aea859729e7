"""Regular languages: sequences that are longer in the test than in training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least, check_drawn
from rnnexp.tasks.examples import Inputs, Targets
from rnnexp.tasks.generated import Generated

LONGER = 5 / 2
"""The longest test sequence is so many times as long as the longest training sequence."""


@dataclass(frozen=True)
class RegularLanguage(Generated):
    """A question about a whole sequence that a finite automaton answers at any length.

    The inputs x are (N, T) int32. Token 0 is padding, so the symbols of the language are tokens
    from 1 on. The targets y are (N,) int32. The slices are the lengths.

    A model that has found the automaton is right at every length. One that has only learned the
    training lengths by heart fails on longer ones, therefore the test sequences are longer.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        shortest: The least length of a sequence of training and validation.
        length: The greatest length of a sequence of training and validation. All lengths between
            the two are equally likely.
        test_shortest: The least length of a test sequence. None: `length` + 1.
        test_length: The greatest length of a test sequence. None: 2.5 times `length`.
    """

    slice_name: ClassVar[str] = "length"
    least_length: ClassVar[int] = 1
    """The length of the shortest sequence for which the question makes sense."""

    shortest: int = 1
    length: int = 40
    test_shortest: int | None = None
    test_length: int | None = None

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "shortest", self.least_length)
        check_at_least(self, "length", self.shortest)
        if self.test_shortest is not None:
            check_at_least(self, "test_shortest", self.least_length)
        if self.test_length is not None:
            check_at_least(self, "test_length", self.least_length)
            check_at_least(self, "test_length", self.lengths("test").start)

    def lengths(self, split: str) -> range:
        """The lengths of the sequences of a split, which are equally likely."""
        check_drawn(split)
        if split != "test":
            return range(self.shortest, self.length + 1)
        shortest = self.length + 1 if self.test_shortest is None else self.test_shortest
        longest = self.test_length
        if longest is None:
            longest = max(shortest, int(LONGER * self.length))
        return range(shortest, longest + 1)

    def timesteps(self, split: str) -> int:
        """The number of timesteps T of a split: the greatest length."""
        return self.lengths(split)[-1]

    def drawn_lengths(self, rng: np.random.Generator, number: int, split: str) -> np.ndarray:
        """Returns the lengths of `number` sequences, (number,) int32."""
        lengths = self.lengths(split)
        return rng.integers(lengths.start, lengths.stop, number, dtype=np.int32)

    def uniform_tokens(
        self, rng: np.random.Generator, lengths: np.ndarray, split: str
    ) -> np.ndarray:
        """Returns padded sequences of independent symbols, (N, T) int32, all equally likely."""
        shape = len(lengths), self.timesteps(split)
        return padded_from(rng.integers(1, self.inputs.size, shape, dtype=np.int32), lengths)


@dataclass(frozen=True)
class OddNumber(RegularLanguage):
    """Whether a number that is counted in a sequence of zeros and ones is odd.

    Token 1 is the symbol 0, and token 2 is the symbol 1. The targets are 0 for even and 1 for odd.
    At every length half of the sequences are odd.
    """

    metric: ClassVar[str] = "accuracy"
    inputs: ClassVar[Inputs] = Inputs("tokens", 3, padded=True)
    targets: ClassVar[Targets] = Targets("class", 2)
    baseline: ClassVar[float] = 1 / 2
    threshold: ClassVar[float] = 0.99

    @property
    def input_names(self) -> Sequence[str]:
        """The two symbols, after the padding."""
        return "padding", "0", "1"

    @property
    def target_names(self) -> Sequence[str]:
        """What the number is."""
        return "even", "odd"


def padded_from(tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Returns tokens (N, T) with token 0 in all timesteps from each length on."""
    return np.where(np.arange(tokens.shape[1]) < lengths[:, None], tokens, 0).astype(tokens.dtype)
