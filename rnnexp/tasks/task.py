"""The interface of a task: the data for training, and the meaning of its scores."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Task(ABC):
    """A learning problem: it draws (x, y), and defines the baseline score and the solved score.

    The fields of a task are its settings, and each field has a default. Shapes use the letters N
    (examples of a split), T (`length`, timesteps) and D (`features`, numbers per timestep).
    """

    loss: ClassVar[str]
    """The name of the Keras loss on the model's output."""
    metric: ClassVar[str]
    """The name of the Keras metric used as the score: "accuracy" or "mean_squared_error"."""
    activation: ClassVar[str]
    """The activation of the output layer: "softmax" or "linear"."""

    @property
    @abstractmethod
    def length(self) -> int:
        """The number of timesteps T of every example."""

    @property
    @abstractmethod
    def features(self) -> int:
        """The number of features D per timestep."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """The size of the model's output vector."""

    @property
    @abstractmethod
    def baseline(self) -> float:
        """The score of the best constant guess, in units of `metric`."""

    @property
    @abstractmethod
    def threshold(self) -> float:
        """The score at which the task counts as solved, in units of `metric`."""

    @abstractmethod
    def examples(self, split: str, seed: int, epoch: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Returns the examples of one epoch of a split.

        The same (split, seed, epoch) gives the same arrays on any machine. Each epoch of "train"
        has new examples or a new order. "validation" and "test" do not depend on the epoch.

        Args:
            split: "train", "validation" or "test".
            seed: The random seed, at least 0.
            epoch: The number of the epoch, at least 0.

        Returns:
            x (N, T, D) float32, and y: (N,) int32 for classes or (N, 1) float32 for numbers.

        Raises:
            ValueError: The split is unknown, or the seed or the epoch is negative.
        """

    def solved(self, score: float) -> bool:
        """Whether `score` reaches the threshold.

        An accuracy must be at least the threshold, an error at most the threshold. NaN is never
        solved.
        """
        if self.metric == "accuracy":
            return score >= self.threshold
        return score <= self.threshold


def generator(split: str, seed: int, epoch: int) -> np.random.Generator:
    """Returns the random number generator of a (split, seed, epoch).

    The epoch matters only for "train". See `Task.examples` for the arguments and errors.
    """
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}, expected one of {', '.join(SPLITS)}")
    for name, value in (("seed", seed), ("epoch", epoch)):
        if value < 0:
            raise ValueError(f"{name} is {value}, expected 0 or more: set for instance {name}=0")
    return np.random.default_rng([SPLITS.index(split), seed, epoch if split == "train" else 0])


def check_at_least(task: Task, name: str, least: int) -> None:
    """Raises ValueError unless the field is a whole number of at least `least`."""
    value = getattr(task, name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(
            f"{name} of {type(task).__name__} is {value!r}, expected a whole number of at least "
            f"{least}: set for instance {name}={getattr(type(task), name)}"
        )


def check_one_of(task: Task, name: str, choices: Collection[str | bool]) -> None:
    """Raises ValueError unless the field equals one of `choices` and has the same type."""
    value = getattr(task, name)
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        raise ValueError(
            f"{name} of {type(task).__name__} is {value!r}, expected one of "
            f"{', '.join(map(repr, choices))}: set for instance {name}={next(iter(choices))}"
        )
