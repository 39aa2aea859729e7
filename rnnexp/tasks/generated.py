"""The base class of tasks that generate new examples in every batch."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.checks import SPLITS, check_at_least, check_between, check_drawn
from rnnexp.tasks.examples import Examples
from rnnexp.tasks.task import Task

MOST_EXAMPLES = 10**9
"""A pass over more examples than these would take years."""


@dataclass(frozen=True)
class Generated(Task):
    """A task that draws every batch from (split, seed, index). No training example comes back.

    Args:
        train_examples: The number of examples that count as an epoch, 1 to
            `MOST_EXAMPLES`.
        validation_examples: The number of examples in the validation split, at least 1.
        test_examples: The number of examples in the test split, at least 1.
    """

    train_examples: int = 10_000
    validation_examples: int = 500
    test_examples: int = 1_000

    def __post_init__(self) -> None:
        """Checks the sizes. A subclass calls this and then checks its own fields.

        Raises:
            ValueError: A size is not a whole number of at least 1, or too large.
        """
        for split in SPLITS:
            check_at_least(self, f"{split}_examples", 1)
            check_between(self, f"{split}_examples", 1, MOST_EXAMPLES)

    def size(self, split: str) -> int:
        """The number of examples in a split; for "train", in an epoch."""
        check_drawn(split)
        return int(getattr(self, f"{split}_examples"))

    def batch(self, split: str, seed: int, index: int, number: int) -> Examples:
        """Draws a batch from (split, seed, index); see `Task.batch`."""
        check_drawn(split, seed=seed, index=index)
        rng = np.random.default_rng([SPLITS.index(split), seed, index])
        return self.draw(rng, number, split)

    @abstractmethod
    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws examples, with `rng` as the only source of randomness.

        Args:
            rng: The random number generator.
            number: The number of examples N.
            split: "train", "validation" or "test", for a task whose splits differ in length or
                difficulty.

        Returns:
            The examples: x of (N, T, D) float32 or (N, T) int32, and y; see `Examples`. All
            batches of a split have the same T.
        """
