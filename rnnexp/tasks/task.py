"""The contract of every task: what it hands to a training, and what its scores mean."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Task(ABC):
    """A problem to learn: draws (x, y), and knows what a guess scores and what counts as solved.

    The fields of a task are its settings, each with a default. Sizes: B examples in a batch,
    T = `length` timesteps, D = `features` numbers per step.
    """

    loss: ClassVar[str]
    """Name of the Keras loss on the model's output."""
    metric: ClassVar[str]
    """Name of the Keras metric that is the score: "accuracy" or "mean_squared_error"."""
    activation: ClassVar[str]
    """Activation of the output layer: "softmax" or "linear"."""

    @property
    @abstractmethod
    def length(self) -> int:
        """T, timesteps of every example."""

    @property
    @abstractmethod
    def features(self) -> int:
        """D, numbers per timestep."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Size of the model's output vector."""

    @property
    @abstractmethod
    def baseline(self) -> float:
        """What the best constant guess scores on `metric`."""

    @property
    @abstractmethod
    def threshold(self) -> float:
        """The score from which the task counts as solved, in units of `metric`."""

    @abstractmethod
    def examples(self, split: str, seed: int, epoch: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return x (N, T, D) float32 with y (N,) int32 (a class) or (N, 1) float32 (a number).

        The same (split, seed, epoch) gives the same arrays on any machine. Each epoch of "train"
        is another draw or another order; "validation" and "test" do not depend on the epoch.

        Raises ValueError for an unknown split, a negative seed or a negative epoch.
        """

    def solved(self, score: float) -> bool:
        """Whether `score` reaches the threshold: at least it for an accuracy, at most for an error.

        A score that is not a number is never solved.
        """
        if self.metric == "accuracy":
            return score >= self.threshold
        return score <= self.threshold


def generator(split: str, seed: int, epoch: int) -> np.random.Generator:
    """The random numbers of one (split, seed, epoch); the epoch counts for "train" alone."""
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}, expected one of {', '.join(SPLITS)}")
    for name, value in (("seed", seed), ("epoch", epoch)):
        if value < 0:
            raise ValueError(f"{name} is {value}, expected 0 or more: give a {name} of 0 or above")
    return np.random.default_rng([SPLITS.index(split), seed, epoch if split == "train" else 0])


def check_at_least(task: Task, name: str, least: int) -> None:
    """Raise ValueError unless the field is a whole number of at least `least`."""
    value = getattr(task, name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(
            f"{name} of {type(task).__name__} is {value!r}, expected a whole number of at least "
            f"{least}: set for instance {name}={getattr(type(task), name)}"
        )


def check_one_of(task: Task, name: str, choices: Collection[str | bool]) -> None:
    """Raise ValueError unless the field equals one of `choices`, type and all."""
    value = getattr(task, name)
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        raise ValueError(
            f"{name} of {type(task).__name__} is {value!r}, expected one of "
            f"{', '.join(map(repr, choices))}: set for instance {name}={next(iter(choices))}"
        )
