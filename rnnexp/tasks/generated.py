"""What tasks share whose examples are drawn afresh, without end."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.task import SPLITS, Task, check_at_least, generator


@dataclass(frozen=True)
class Generated(Task):
    """A task with as many examples as asked for; no epoch of the training sees an old one.

    train_examples, validation_examples, test_examples: size of one epoch of each split, >= 1.
    """

    train_examples: int = 10_000
    validation_examples: int = 1_000
    test_examples: int = 1_000

    def __post_init__(self) -> None:
        """Check the sizes; a task with fields of its own checks them after calling this."""
        for split in SPLITS:
            check_at_least(self, f"{split}_examples", 1)

    def examples(self, split: str, seed: int, epoch: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return x (N, T, D) and y, drawn by (split, seed, epoch); see Task.examples."""
        rng = generator(split, seed, epoch)
        return self.draw(rng, getattr(self, f"{split}_examples"))

    @abstractmethod
    def draw(self, rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return `number` examples, x (number, T, D) and y, using no randomness but `rng`'s."""
