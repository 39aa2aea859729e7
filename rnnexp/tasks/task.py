"""The interface of a task: the data for training, and the meaning of its scores."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rnnexp.tasks.checks import check_drawn
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.literal import example_text
from rnnexp.tasks.scores import is_solved

CHUNK = 250
"""The number of examples that are evaluated at once. It is part of what a seed means."""


@dataclass(frozen=True)
class Task(ABC):
    """A learning problem: it draws examples, and defines the baseline and the solved score.

    The fields of a task are its settings, and each field has a default. Examples are drawn in
    batches, each from its own place in a stream, so that no more than a batch is in memory. Shapes
    use the letters N (examples), T (timesteps) and D (numbers per timestep).
    """

    slice_name: ClassVar[str] = ""
    """What `Examples.slices` means, such as "length"; "" if the task has no slices."""
    needs: ClassVar[str] = ""
    """What a person must provide before the task can draw, such as "a file"; "" for nothing."""

    @property
    @abstractmethod
    def metric(self) -> str:
        """The name of the score, one of `HIGHER_IS_BETTER`."""

    @property
    @abstractmethod
    def length(self) -> int:
        """The length of the training sequences, as the source of the task counts it."""

    def timesteps(self, split: str) -> int:
        """The number of timesteps T of every example of a split, padding included."""
        check_drawn(split)
        return self.length

    @property
    @abstractmethod
    def inputs(self) -> Inputs:
        """What a model reads at each timestep."""

    @property
    @abstractmethod
    def targets(self) -> Targets:
        """What a model predicts."""

    @property
    @abstractmethod
    def baseline(self) -> float:
        """The score of the best guess that ignores the inputs, in units of `metric`."""

    @property
    def guesses(self) -> Mapping[str, float]:
        """The test scores of simple methods to compare with, by name, in units of `metric`."""
        return {}

    @property
    def notes(self) -> Sequence[str]:
        """Lines about the data that a person should read before the run."""
        return ()

    @property
    @abstractmethod
    def threshold(self) -> float | None:
        """The score at which the task counts as solved; None if it has no such score."""

    @abstractmethod
    def size(self, split: str) -> int:
        """The number of examples in a split; for "train", in an epoch."""

    @abstractmethod
    def batch(self, split: str, seed: int, index: int, number: int) -> Examples:
        """Draws a batch.

        The same arguments give the same arrays on any machine.

        Args:
            split: "train", "validation" or "test".
            seed: The random seed, at least 0.
            index: Which batch, from 0. Of "train" there are endlessly many: they run on from epoch
                to epoch, with other examples or in another order. Those of the other splits end
                after `size` examples.
            number: The number of examples N, the same for every index. The last batch of
                "validation" and of "test" may have fewer.

        Raises:
            ValueError: The split is unknown, or the seed or the index is negative.
        """

    def chunks(self, split: str, seed: int) -> Iterator[Examples]:
        """Yields all examples of a split, at most `CHUNK` at once; of "train", the first epoch."""
        check_drawn(split, seed=seed)
        size = self.size(split)
        for index in range(-(-size // CHUNK)):
            left = size - index * CHUNK
            yield self.batch(split, seed, index, min(CHUNK, size)).rows(slice(left))

    def examples(self, split: str, seed: int) -> Examples:
        """Returns all examples of a split in one; of "train", the first epoch."""
        return Examples.joined(list(self.chunks(split, seed)))

    def example(self, seed: int = 0, split: str = "train") -> str:
        """Returns the first example of a split as a text: a line for inputs, one for targets."""
        return example_text(self, self.batch(split, seed, 0, min(CHUNK, self.size(split))))

    @property
    def input_names(self) -> Sequence[str]:
        """The names of the tokens, or of the numbers in a timestep, for people to read."""
        return [str(index) for index in range(self.inputs.size)]

    @property
    def target_names(self) -> Sequence[str]:
        """The names of the classes, or of the numbers to predict, for people to read."""
        return [str(index) for index in range(self.targets.size)]

    def solved(self, score: float) -> bool | None:
        """Whether `score` reaches the threshold; None if there is none. NaN is never solved."""
        return None if self.threshold is None else is_solved(score, self.threshold, self.metric)
