"""The base class of classifications of data that must be downloaded."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_drawn
from rnnexp.tasks.data_file import checked_file
from rnnexp.tasks.examples import Examples
from rnnexp.tasks.stored import Stored

# Never change these: another seed or share would give another split.
FIXED_SEED = 0
VALIDATION_SHARE = 0.1


@dataclass(frozen=True)
class Downloaded(Stored):
    """A classification of the examples in a file that `keras.datasets` downloads.

    The test examples are those of the file. Of its training examples a tenth, chosen at random but
    always the same, is for validation.

    A subclass provides `splits`.
    """

    needs: ClassVar[str] = "a download"
    metric: ClassVar[str] = "accuracy"
    file: ClassVar[str]
    """The usual name of the file."""

    path: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range, OSError if there is no such file."""
        if self.path is not None:
            object.__setattr__(self, "path", checked_file(self, self.file)[0])

    @abstractmethod
    def splits(self) -> Mapping[str, Examples]:
        """Returns the examples of every split; see `divided`.

        It is called for every batch, so it must be cached.

        Raises:
            OSError: There is neither the file nor a download.
            ValueError: It is another file.
        """

    def stored(self, split: str) -> Examples:
        """Returns x and y (N,) of a split; raises as `splits` does."""
        check_drawn(split)
        return self.splits()[split]

    @property
    def baseline(self) -> float:
        """The test accuracy of the most frequent class in training."""
        frequent = np.bincount(self.stored("train").y).argmax()
        return float(np.mean(self.stored("test").y == frequent))


def divided(train: Examples, test: Examples) -> dict[str, Examples]:
    """Return the three splits: a tenth of the training examples of a file is for validation."""
    order = np.random.default_rng(FIXED_SEED).permutation(len(train.y))
    validation = round(VALIDATION_SHARE * len(order))
    return {
        "train": train.rows(np.sort(order[validation:])),
        "validation": train.rows(np.sort(order[:validation])),
        "test": test,
    }
