"""First token: what is remembered of the beginning of a long text."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.generated import Generated
from rnnexp.tasks.task import check_at_least


@dataclass(frozen=True)
class FirstToken(Generated):
    """A symbol stands at t = 0, distractors follow, and the last step asks which symbol it was.

    Example (T = 7, symbols A B C D, distractors u v w):

        B u w u v w ?       y = 1, the index of B

    x: (N, T, symbols + distractors + 1) float32, one-hot: first the symbols, then the distractors,
        last the question mark.
    y: (N,) int32, 0 to symbols - 1.

    length: T, >= 2; T - 2 distractors stand between the symbol and the question.
    symbols: how many different symbols there are to remember, >= 2.
    distractors: how many different distractors there are, none of them a symbol, >= 1.

    Source: the latching problem of Bengio, Simard and Frasconi 1994 and the two-sequence problem of
    Hochreiter and Schmidhuber 1997 (the start decides the class, noise follows), here as a text.

    Baseline: the symbols are equally likely, so a constant guess is right once in `symbols`.
    Solved: accuracy of at least 0.99.
    """

    loss: ClassVar[str] = "sparse_categorical_crossentropy"
    metric: ClassVar[str] = "accuracy"
    activation: ClassVar[str] = "softmax"
    threshold: ClassVar[float] = 0.99

    length: int = 50
    symbols: int = 8
    distractors: int = 8

    def __post_init__(self) -> None:
        """Raise ValueError for a field out of its range."""
        super().__post_init__()
        check_at_least(self, "length", 2)
        check_at_least(self, "symbols", 2)
        check_at_least(self, "distractors", 1)

    @property
    def features(self) -> int:
        """D, one number per symbol, per distractor and for the question mark."""
        return self.symbols + self.distractors + 1

    @property
    def outputs(self) -> int:
        """One probability per symbol."""
        return self.symbols

    @property
    def baseline(self) -> float:
        """Accuracy of any constant guess."""
        return 1 / self.symbols

    def draw(self, rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return x (number, T, D) and y (number,)."""
        question = self.features - 1
        tokens = rng.integers(self.symbols, question, size=(number, self.length))
        tokens[:, 0] = rng.integers(self.symbols, size=number)
        tokens[:, -1] = question
        return np.eye(self.features, dtype=np.float32)[tokens], tokens[:, 0].astype(np.int32)
