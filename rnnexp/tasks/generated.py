"""The base class of tasks that generate new examples in every epoch."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.task import SPLITS, Task, check_at_least, generator


@dataclass(frozen=True)
class Generated(Task):
    """A task that draws new training examples in every epoch.

    Args:
        train_examples: The number of examples in an epoch of the training split, at least 1.
        validation_examples: The number of examples in the validation split, at least 1.
        test_examples: The number of examples in the test split, at least 1.
    """

    train_examples: int = 10_000
    validation_examples: int = 1_000
    test_examples: int = 1_000

    def __post_init__(self) -> None:
        """Checks the sizes. A subclass calls this and then checks its own fields.

        Raises:
            ValueError: A size is not a whole number of at least 1.
        """
        for split in SPLITS:
            check_at_least(self, f"{split}_examples", 1)

    def examples(self, split: str, seed: int, epoch: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Returns x (N, T, D) and y, drawn from (split, seed, epoch); see `Task.examples`."""
        rng = generator(split, seed, epoch)
        return self.draw(rng, getattr(self, f"{split}_examples"))

    @abstractmethod
    def draw(self, rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws examples, with `rng` as the only source of randomness.

        Args:
            rng: The random number generator.
            number: The number of examples.

        Returns:
            x (number, T, D) float32, and y (number,) int32 or (number, 1) float32.
        """
