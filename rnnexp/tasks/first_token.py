"""The first token task: remember the first symbol of a long sequence."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.generated import Generated
from rnnexp.tasks.task import check_at_least


@dataclass(frozen=True)
class FirstToken(Generated):
    """A symbol at t = 0 is followed by distractors. The last step asks which symbol it was.

    Example (T = 7, symbols A B C D, distractors u v w):

        B u w u v w ?       y = 1, the index of B

    The inputs x are (N, T, symbols + distractors + 1) float32, one-hot encoded: the symbols come
    first, then the distractors, then the question mark. The targets y are (N,) int32 from 0 to
    symbols - 1.

    Source: the latching problem of Bengio, Simard and Frasconi (1994) and the two-sequence problem
    of Hochreiter and Schmidhuber (1997), in which the start decides the class and noise follows.
    Here the sequence consists of discrete tokens.

    Baseline: the symbols are equally likely, so a constant guess has an accuracy of 1 / symbols.

    Solved: the accuracy is at least 0.99.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps T, at least 2. There are T - 2 distractors between the
            symbol and the question.
        symbols: The number of different symbols to remember, at least 2.
        distractors: The number of different distractors, at least 1. No distractor is a symbol.
    """

    loss: ClassVar[str] = "sparse_categorical_crossentropy"
    metric: ClassVar[str] = "accuracy"
    activation: ClassVar[str] = "softmax"
    threshold: ClassVar[float] = 0.99

    length: int = 50
    symbols: int = 8
    distractors: int = 8

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "length", 2)
        check_at_least(self, "symbols", 2)
        check_at_least(self, "distractors", 1)

    @property
    def features(self) -> int:
        """The number of features D: one for each symbol, each distractor and the question mark."""
        return self.symbols + self.distractors + 1

    @property
    def outputs(self) -> int:
        """The number of classes: one for each symbol."""
        return self.symbols

    @property
    def baseline(self) -> float:
        """The accuracy of any constant guess."""
        return 1 / self.symbols

    def draw(self, rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Returns x (number, T, D) and y (number,)."""
        question = self.features - 1
        tokens = rng.integers(self.symbols, question, size=(number, self.length))
        tokens[:, 0] = rng.integers(self.symbols, size=number)
        tokens[:, -1] = question
        return np.eye(self.features, dtype=np.float32)[tokens], tokens[:, 0].astype(np.int32)
