"""What adding and multiplication have in common as Hochreiter and Schmidhuber (1997) posed them."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import PADDING, Examples, Inputs, Targets
from rnnexp.tasks.generated import Generated


@dataclass(frozen=True)
class MarkedPairs(Generated):
    """Two marked numbers of a sequence of random length decide the target.

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The least length T of a sequence, at least 6. The greatest is T + T // 10.
    """

    metric: ClassVar[str] = "mean_squared_error"
    slice_name: ClassVar[str] = "length"
    inputs: ClassVar[Inputs] = Inputs("numbers", 2, padded=True)
    targets: ClassVar[Targets] = Targets("numbers", 1)
    threshold: ClassVar[float] = 1e-4
    lowest: ClassVar[float]
    """The least value; the greatest is 1."""
    neutral: ClassVar[float]
    """What the first value counts as if it is drawn to be marked."""

    length: int = 100

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "length", 6)

    def timesteps(self, split: str) -> int:
        """The greatest length of a sequence."""
        super().timesteps(split)
        return self.length + self.length // 10

    @property
    def input_names(self) -> Sequence[str]:
        """The two numbers of a timestep."""
        return "value", "marker"

    @property
    def first_pairs(self) -> int:
        """How many pairs the first marker is drawn from."""
        return min(10, self.length // 2)

    @property
    def second_pairs(self) -> int:
        """How many pairs the second marker is drawn from."""
        return self.length // 2 - 1

    @property
    def first_pair_chosen(self) -> float:
        """The probability that the first pair of a sequence is one of the two."""
        first = 1 / self.first_pairs
        return first + (1 - first) / self.second_pairs

    @abstractmethod
    def target(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Returns the targets (N,) of the two marked values (N,)."""

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x of (N, T, 2), y of (N, 1), and the lengths as slices."""
        longest = self.timesteps(split)
        lengths = rng.integers(self.length, longest + 1, size=number, dtype=np.int32)
        values = rng.random((number, longest), dtype=np.float32)
        values = self.lowest + (1 - self.lowest) * values
        marked = self._marked_steps(rng, number)
        chosen = np.take_along_axis(values, marked, axis=1)
        chosen[marked == 0] = self.neutral
        x = np.stack([values, self._markers(marked, lengths, longest)], axis=-1)
        x[np.arange(longest) >= lengths[:, None]] = PADDING
        return Examples(x, self.target(*chosen.T)[:, None], slices=lengths)

    def _marked_steps(self, rng: np.random.Generator, number: int) -> np.ndarray:
        first = rng.integers(self.first_pairs, size=number)
        second = rng.integers(self.second_pairs, size=number)
        second += second >= first  # the pairs that are not marked yet
        return np.stack([first, second], axis=1)

    def _markers(self, marked: np.ndarray, lengths: np.ndarray, longest: int) -> np.ndarray:
        markers = np.zeros((len(marked), longest), dtype=np.float32)
        np.put_along_axis(markers, marked, 1, axis=1)
        markers[:, 0] = -1
        markers[np.arange(len(marked)), lengths - 1] = -1
        return markers
