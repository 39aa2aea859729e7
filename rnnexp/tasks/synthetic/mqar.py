"""Multi-query associative recall: which value followed each of several keys?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least, check_between, check_each_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.generated import Generated
from rnnexp.tasks.names import letters


@dataclass(frozen=True)
class MQAR(Generated):
    """Pairs of a key and a value are followed by the keys alone. The model recalls their values.

    Example (the keys are A to H, the values a to h; C, G and E are asked for, and what stands
    between and behind them are fillers):

        >>> print(MQAR(length=16, vocabulary=16, pairs=3).example(seed=6))
        x  C a G h E e C D G B E c F a D A
        y  · · · · · · a · h · e · · · · ·

    The inputs x are (N, T) int32: the first half of the vocabulary are keys, the other half are
    values. The pairs stand at the beginning, with different keys and different values. Behind
    them, each key comes once more as a query. All other timesteps hold fillers, which are drawn
    from the whole vocabulary. The targets y are (N, T) int32, the values counted from 0. A target
    has weight 1 at a query and 0 elsewhere. The slices are the numbers of pairs.

    The queries stand 0, 2, 4, … timesteps behind the pairs. For each query in turn, one of the
    free places i = 1, 2, 3, … is drawn with a probability in proportion to i ** (power - 1).

    Source: Arora et al. (2024), "Zoology". They use a vocabulary of 8192, of which they predict
    all tokens, not only the values.

    Baseline: all values are equally likely at every timestep, so a guess has an accuracy of 1 /
    values, which is 2 / vocabulary.

    Solved: the accuracy is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps T, at least 4 for each pair.
        vocabulary: The number of different tokens, at least 2 for each pair and at least 4.
        pairs: The number of pairs in training and validation, at least 1.
        test_pairs: The numbers of pairs in the test, each at least 1; all of them are equally
            likely. An empty list: as in training.
        power: How the queries are spread, from 0 to 1. With 1 all places are equally likely. With
            the source's 0.01 most queries follow soon after the pairs.
    """

    metric: ClassVar[str] = "accuracy"
    slice_name: ClassVar[str] = "pairs"
    threshold: ClassVar[float] = 0.99

    length: int = 64
    vocabulary: int = 256
    pairs: int = 4
    test_pairs: list[int] = field(default_factory=list)
    power: float = 0.01

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "pairs", 1)
        check_each_at_least(self, "test_pairs", 1)
        most = max([self.pairs, *self.test_pairs])
        check_at_least(self, "length", 4 * most)
        check_at_least(self, "vocabulary", max(4, 2 * most))
        check_between(self, "power", 0, 1)

    @property
    def keys(self) -> int:
        """The number of different keys: half of the vocabulary, rounded down."""
        return self.vocabulary // 2

    @property
    def values(self) -> int:
        """The number of different values."""
        return self.vocabulary - self.keys

    @property
    def inputs(self) -> Inputs:
        """The tokens: the keys, then the values."""
        return Inputs("tokens", self.vocabulary)

    @property
    def targets(self) -> Targets:
        """A class for each value, at every timestep."""
        return Targets("class", self.values, per_timestep=True)

    @property
    def baseline(self) -> float:
        """The accuracy of any constant guess."""
        return 1 / self.values

    @property
    def input_names(self) -> Sequence[str]:
        """Capital letters for the keys, small letters for the values."""
        return [*letters(self.keys, "A"), *self.target_names]

    @property
    def target_names(self) -> Sequence[str]:
        """Small letters."""
        return letters(self.values, "a")

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x, y and weights of (N, T), and the numbers of pairs."""
        choices = (split == "test" and self.test_pairs) or [self.pairs]
        pairs = rng.choice(np.array(choices, np.int32), number)
        keys = distinct(rng, number, max(choices), self.keys)
        values = distinct(rng, number, max(choices), self.values)
        places = self._places(rng, pairs, max(choices))
        x = rng.integers(self.vocabulary, size=(number, self.length), dtype=np.int32)
        y, weights = np.zeros_like(x), np.zeros(x.shape, np.float32)
        # Rows with fewer pairs than others use only the first of what was drawn.
        rows, pair = np.nonzero(np.arange(max(choices)) < pairs[:, None])
        x[rows, 2 * pair] = x[rows, places[rows, pair]] = keys[rows, pair]
        x[rows, 2 * pair + 1] = self.keys + values[rows, pair]
        y[rows, places[rows, pair]] = values[rows, pair]
        weights[rows, places[rows, pair]] = 1
        return Examples(x, y, weights, pairs)

    def _places(self, rng: np.random.Generator, pairs: np.ndarray, most: int) -> np.ndarray:
        """Returns the timestep of each query, (N, most), of which a row uses the first `pairs`."""
        free = self.length // 2 - pairs[:, None]
        place = np.arange(free.max())
        # The first of exponential times with different rates has a probability in proportion to
        # its rate, and so has the next among those left.
        times = rng.standard_exponential((len(pairs), len(place))) * (place + 1) ** (1 - self.power)
        times = np.where(place < free, times, np.inf)
        return 2 * (pairs[:, None] + np.argsort(times, axis=1)[:, :most])


def distinct(rng: np.random.Generator, rows: int, count: int, among: int) -> np.ndarray:
    """Returns different whole numbers below `among` in each row, (rows, count), in random order.

    This is Floyd's sample (Bentley and Floyd 1987) of all rows at once: it takes no time or memory
    in proportion to `among`.
    """
    chosen = rng.integers(0, np.arange(among - count, among) + 1, (rows, count))
    for i in range(1, count):
        seen = (chosen[:, :i] == chosen[:, i, None]).any(axis=1)
        chosen[seen, i] = among - count + i
    return rng.permuted(chosen, axis=1)
