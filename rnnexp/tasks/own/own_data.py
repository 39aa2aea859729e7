"""The base class of tasks on data that somebody brings."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.checks import SPLITS, check_drawn
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.notes import found_in_data
from rnnexp.tasks.own.prepared import METRICS, Prepared
from rnnexp.tasks.stored import Stored


@dataclass(frozen=True)
class OwnData(Stored):
    """A task whose inputs, targets and sizes follow from data that somebody brings."""

    @abstractmethod
    def prepared(self) -> Prepared:
        """Returns the examples and what they are. It is called often, so it must be cached.

        Raises:
            OSError: The data cannot be read.
            ValueError: The data do not fit; the text says where.
        """

    @property
    def metric(self) -> str:
        """The score: accuracy for classes and labels, the mean squared error for numbers."""
        return METRICS[self.targets.kind]

    @property
    def length(self) -> int:
        """The number of timesteps T of the training examples."""
        return self.timesteps("train")

    def timesteps(self, split: str) -> int:
        """The number of timesteps T of every example of a split, padding included."""
        return int(self.rows(split, slice(1)).x.shape[1])

    @property
    def inputs(self) -> Inputs:
        """The numbers or the tokens of x."""
        return self.prepared().inputs

    @property
    def targets(self) -> Targets:
        """The classes, labels or numbers of y."""
        return self.prepared().targets

    @property
    def input_names(self) -> Sequence[str]:
        """The names of the tokens, or of the numbers of a timestep."""
        return self.prepared().input_names

    @property
    def target_names(self) -> Sequence[str]:
        """The names of the classes, or of the numbers to predict."""
        return self.prepared().target_names

    @property
    def baseline(self) -> float:
        """The test score of the constant that fits the training targets best."""
        return self.prepared().baseline

    @property
    def guesses(self) -> Mapping[str, float]:
        """The test scores of simple methods."""
        return self.prepared().guesses

    @property
    def notes(self) -> Sequence[str]:
        """What was found in the data."""
        found = self.prepared()
        sizes = [len(found.examples[split].y) for split in SPLITS]
        kinds = (found.inputs, found.input_names, found.targets, found.target_names)
        return [*found_in_data(*kinds, sizes), *found.notes]

    def size(self, split: str) -> int:
        """The number of examples in a split."""
        check_drawn(split)
        return len(self.prepared().examples[split].y)

    def rows(self, split: str, chosen: slice | np.ndarray) -> Examples:
        """Returns some examples of a split."""
        check_drawn(split)
        return self.prepared().examples[split].rows(chosen)

    def stored(self, split: str) -> Examples:
        """Returns all examples of a split."""
        return self.rows(split, slice(None))
