"""The base class of tasks whose examples exist before training: real data."""

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rnnexp.tasks.checks import check_drawn
from rnnexp.tasks.examples import Examples
from rnnexp.tasks.task import Task


@dataclass(frozen=True)
class Stored(Task):
    """A task with a fixed set of examples. Training takes them in a new order in every epoch.

    The seed of a run decides the order of the training examples only. A training example that an
    epoch has left over, because the last batch would be too small, is another one in the next.
    """

    @abstractmethod
    def stored(self, split: str) -> Examples:
        """Returns all examples of a split, in a fixed order.

        It is called for every batch, so what is slow must be cached outside of the frozen task,
        such as by `functools.cache` on a function of the module.

        Raises:
            OSError: The data cannot be read.
            ValueError: The data do not fit; the text says where.
        """

    def rows(self, split: str, chosen: slice | np.ndarray) -> Examples:
        """Returns some of the stored examples; a task that makes them from less overrides this."""
        return self.stored(split).rows(chosen)

    def size(self, split: str) -> int:
        """The number of examples in a split."""
        check_drawn(split)
        return len(self.stored(split).x)

    def batch(self, split: str, seed: int, index: int, number: int) -> Examples:
        """Returns a batch of the stored examples; see `Task.batch`.

        Raises:
            OSError, ValueError: As `stored` does; also if a batch of "train" would have more
                examples than the split.
        """
        check_drawn(split, seed=seed, index=index)
        size = self.size(split)
        if split != "train":
            return self.rows(split, slice(index * number, (index + 1) * number))
        if number > size:
            raise ValueError(f"number is {number}, expected at most the {size} training examples")
        epoch, place = divmod(index, size // number)
        order = _order(size, seed, epoch)
        return self.rows(split, order[place * number : (place + 1) * number])


@lru_cache(maxsize=4)
def _order(size: int, seed: int, epoch: int) -> np.ndarray:
    return np.random.default_rng([seed, epoch]).permutation(size)
