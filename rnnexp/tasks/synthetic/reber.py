"""The embedded Reber grammar: which symbols may come next?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.generated import Generated
from rnnexp.tasks.synthetic.reber_grammar import LEGAL, SHORTEST, SYMBOLS, draw_strings, ends_within

B, T, P, E = (SYMBOLS.index(symbol) for symbol in "BTPE")
AROUND = 4
"""How many symbols stand around the inner string: B and T or P before it, T or P and E after it."""


@dataclass(frozen=True)
class Reber(Generated):
    """At every symbol of a string of a grammar, the model names those that may come next.

    Example:
        >>> print(Reber(length=12).example())
        x    B T B T S X S E T · ·
        y B  0 1 0 0 0 0 0 0 0 · ·
        y T  1 0 1 0 0 0 0 1 0 · ·
        y S  0 0 0 1 1 1 0 0 0 · ·
        y X  0 0 0 1 1 1 0 0 0 · ·
        y P  1 0 1 0 0 0 0 0 0 · ·
        y V  0 0 0 0 0 0 0 0 0 · ·
        y E  0 0 0 0 0 0 1 0 1 · ·

    A string is B, then T or P, then a string of Reber's grammar, then again the T or P of the
    beginning, and E. Only the last symbol but one needs a long memory. The inputs x are
    (N, length - 1) int32 tokens, 0 for padding and 1 to 7 for B, T, S, X, P, V and E; the E at the
    end is to be predicted only. The targets y are (N, length - 1, 7) float32, 1 for each symbol
    that may come next. Both edges of a state are equally likely. The length of a string is a slice
    of the score.

    Source: Hochreiter and Schmidhuber (1997), experiment 1, section 5.1, after Cleeremans,
    Servan-Schreiber and McClelland (1989). There, the next symbol is the target, and a string is
    right if the outputs of those that may come next are always the largest. Here, a string is right
    if the outputs of those, and of no others, are above 1/2.

    Baseline: the best guess that ignores the inputs is right for some of the shortest strings, such
    as those with the targets of BTBPVVETE. They are 1/16 of all strings, and a larger part of those
    that are not longer than `length`.

    Solved: at least 0.99 of the strings are right. A model that forgets the second symbol has no
    more than 1/2.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of symbols of the longest string, at least 9. Longer ones are drawn
            again.
    """

    metric: ClassVar[str] = "sequence_accuracy"
    slice_name: ClassVar[str] = "length"
    inputs: ClassVar[Inputs] = Inputs("tokens", len(SYMBOLS) + 1, padded=True)
    targets: ClassVar[Targets] = Targets("labels", len(SYMBOLS), per_timestep=True)
    threshold: ClassVar[float] = 0.99

    length: int = 40

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "length", SHORTEST + AROUND)

    def timesteps(self, split: str) -> int:
        """The number of symbols of the longest string, without the last one."""
        return super().timesteps(split) - 1

    @property
    def baseline(self) -> float:
        """The share of the most frequent targets."""
        return 1 / 16 / ends_within(self.length - AROUND)

    @property
    def input_names(self) -> Sequence[str]:
        """The padding, and the letters of the grammar."""
        return ["padding", *SYMBOLS]

    @property
    def target_names(self) -> Sequence[str]:
        """The letters of the grammar."""
        return list(SYMBOLS)

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T), y of (N, T, 7), weights of (N, T), and the lengths as slices."""
        inner, states = draw_strings(rng, number, self.length - AROUND)
        outer = rng.choice(np.array([T, P], dtype=np.int32), size=number)
        last = 2 + (inner >= 0).sum(axis=1, dtype=np.int32)  # the place of the second T or P
        rows, steps = np.arange(number), self.timesteps(split)
        x = np.zeros((number, steps), dtype=np.int32)
        x[:, 0], x[:, 1], x[:, 2:-1] = B + 1, outer + 1, inner + 1
        x[rows, last] = outer + 1
        y = np.zeros((number, steps, len(SYMBOLS)), dtype=np.float32)
        y[:, 0, [T, P]] = y[:, 1, B] = 1
        y[:, 2:-1] = LEGAL[states]
        y[rows, last - 1, outer] = y[rows, last, E] = 1
        weights = (np.arange(steps) <= last[:, None]).astype(np.float32)
        return Examples(x, y, weights, slices=last + 2)
