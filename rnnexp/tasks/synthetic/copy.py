"""The copy task: give the symbols at the beginning again after a fixed lag."""

from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.checks import check_one_of
from rnnexp.tasks.examples import Examples
from rnnexp.tasks.synthetic.copying import Copying


@dataclass(frozen=True)
class Copy(Copying):
    """Ten symbols are to be given again T timesteps after the last of them.

    Example:
        >>> print(Copy(length=4, symbols=3, copied=3).example())
        x  C B B - - - ? - - -
        y  - - - - - - - C B B

    The inputs x are (N, T + 2 copied) int32 tokens: `copied` symbols, T - 1 blanks, the marker, and
    `copied` blanks. The targets y are (N, T + 2 copied) int32: the blank, and in the last timesteps
    the symbols. All timesteps count.

    Source: Arjovsky, Shah and Bengio (2016), after Hochreiter and Schmidhuber (1997). Bai, Kolter
    and Koltun (2018) hold the marker until the end.

    Baseline: a guess that knows the timestep alone is sure of the blanks and has no idea of the
    symbols. Its cross-entropy is copied × ln(symbols) / (T + 2 copied).

    Solved: the cross-entropy is at most a tenth of the baseline.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The lag T from the last symbol to the marker, at least 1.
        test_length: T in the test split, at least 1; None stands for `length`. The baseline is that
            of the test split.
        symbols: The number of different symbols, at least 2.
        copied: How many symbols are to be copied, at least 1.
        marker: "once" or, as in Bai et al., "held" until the end of the sequence.
    """

    marker: str = "once"

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_one_of(self, "marker", ("once", "held"))

    @property
    def baseline(self) -> float:
        """The cross-entropy of a guess that knows when to copy, but not what."""
        return self.without_memory

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x and y of (N, T + 2 copied)."""
        examples = self.after_lags(rng, np.full(number, self.length_in(split)), split)
        if self.marker == "held":
            examples.x[:, -self.copied :] = self.symbols + 1
        return examples
