"""The temporal order task: in which order two or three symbols came, far apart among noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_one_of
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.synthetic.longer_test import LongerTest

WINDOWS = {2: ((10, 20), (50, 60)), 3: ((10, 20), (33, 43), (66, 76))}
"""Where the symbols are, in percent of the length, by their number."""
NAMES = ("X", "Y", "a", "b", "c", "d", "E", "B")
NOISE, START, TRIGGER = range(2, 6), 6, 7


@dataclass(frozen=True)
class TemporalOrder(LongerTest):
    """Two or three of the symbols X and Y are hidden among noise. Which ones, and in which order?

    Example:
        >>> print(TemporalOrder(length=12).example(seed=2))
        x  E a Y b a c d X b a a B
        y  YX

    The inputs x are (N, T) int32 tokens: E at the start, B at the end, and X or Y once in each of
    the ranges of 10 to 20 % and 50 to 60 % of T. With three symbols, the ranges are 10 to 20 %, 33
    to 43 % and 66 to 76 %. All other timesteps are one of a, b, c and d. The targets y are (N,)
    int32 from 0 to 3 or 7: the symbols, read as binary digits with X = 0 and Y = 1.

    Source: Hochreiter and Schmidhuber (1997), experiment 6, section 5.6, with lengths of 100 to
    110. Here all sequences of a split have the length T.

    Baseline: the orders are equally likely, so a constant guess has an accuracy of 1/4, or of 1/8
    with three symbols.

    Solved: the accuracy is at least 0.99, as in Pascanu, Mikolov and Bengio (2013).

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps T, at least 10.
        test_length: T in the test split, at least 10; None stands for `length`.
        symbols: How many symbols there are, 2 or 3.
    """

    metric: ClassVar[str] = "accuracy"
    inputs: ClassVar[Inputs] = Inputs("tokens", len(NAMES))
    threshold: ClassVar[float] = 0.99

    symbols: int = 2

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        self.check_lengths(10)
        check_one_of(self, "symbols", tuple(WINDOWS))

    @property
    def targets(self) -> Targets:
        """A class for each order."""
        return Targets("class", 2**self.symbols)

    @property
    def baseline(self) -> float:
        """The accuracy of any constant guess."""
        return 1 / self.targets.size

    @property
    def input_names(self) -> Sequence[str]:
        """The letters of the paper."""
        return NAMES

    @property
    def target_names(self) -> Sequence[str]:
        """The symbols in their order, such as XY."""
        return ["".join(order) for order in product(NAMES[:2], repeat=self.symbols)]

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T) and y of (N,)."""
        length = self.length_in(split)
        x = rng.integers(NOISE.start, NOISE.stop, size=(number, length), dtype=np.int32)
        first, last = np.array(WINDOWS[self.symbols]).T * length // 100
        places = rng.integers(first, last + 1, size=(number, self.symbols))
        symbols = rng.integers(2, size=(number, self.symbols), dtype=np.int32)
        np.put_along_axis(x, places, symbols, axis=1)
        x[:, 0], x[:, -1] = START, TRIGGER
        powers = 2 ** np.arange(self.symbols - 1, -1, -1, dtype=np.int32)
        return Examples(x, symbols @ powers)
