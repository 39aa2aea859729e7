"""Classification of handwritten digits, read pixel by pixel or row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import SPLITS, check_one_of
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.real.packaged import data_of
from rnnexp.tasks.stored import Stored

# Never change this: another seed would give another split and another permutation.
FIXED_SEED = 0
TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1


@dataclass(frozen=True)
class Digits(Stored):
    """Classify the 1797 handwritten digits of scikit-learn, which have 8 by 8 pixels.

    Example: a five in row order. A column is a timestep and holds a row of the image, so the image
    lies on its side.

        >>> print(Digits(order="row").example(split="test"))
        pixel 0  0    0    0    0    0    0    0    0
        pixel 1  0    0    0    0    0    0    0    0
        pixel 2  0.75 0.88 0.81 0.69 0    0    0.31 0.56
        pixel 3  0.62 1    1    1    0.25 0    0.25 1
        pixel 4  0    1    0.94 1    0.44 0.25 0.75 1
        pixel 5  0    0.88 0.62 0.44 1    1    1    0.62
        pixel 6  0    0    0.06 0    0.44 0.56 0.25 0
        pixel 7  0    0    0    0    0    0    0    0
        y  5

    The inputs x are (N, 64, 1) with order "pixel" and (N, 8, 8) with order "row", float32 in
    [0, 1] (grey level / 16). The targets y are (N,) int32 from 0 to 9.

    The splits do not depend on the seed. About 20 % of each digit are test examples and 10 % are
    validation examples. The same writer may appear in all three splits.

    Source: Alpaydin and Kaynak (1998) for the images; Le, Jaitly and Hinton (2015) for images as
    sequences of pixels, with and without a fixed permutation.

    Baseline: there are 174 to 183 images of each digit, so a constant guess has an accuracy of
    about 0.1.

    Solved: the accuracy is at least 0.9.

    Args:
        order: "pixel" reads the 64 pixels one by one, row after row. "row" reads one row per step.
        permute: Whether to shuffle the 64 pixels by one fixed permutation before they are divided
            into steps, so that neighbouring pixels are far apart in the sequence.
    """

    metric: ClassVar[str] = "accuracy"
    targets: ClassVar[Targets] = Targets("class", 10)
    baseline: ClassVar[float] = 1 / 10
    threshold: ClassVar[float] = 0.9

    order: str = "pixel"
    permute: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        check_one_of(self, "order", ("pixel", "row"))
        check_one_of(self, "permute", (False, True))

    @property
    def length(self) -> int:
        """The number of timesteps T: 64 pixels or 8 rows."""
        return 64 if self.order == "pixel" else 8

    @property
    def inputs(self) -> Inputs:
        """The grey levels of a timestep: one pixel or the 8 pixels of a row."""
        return Inputs("numbers", 64 // self.length)

    @property
    def input_names(self) -> Sequence[str]:
        """The pixels of a timestep, numbered from 0."""
        return [f"pixel {number}" for number in range(self.inputs.size)]

    def stored(self, split: str) -> Examples:
        """Returns x (N, T, D) and y (N,) of a split.

        Raises:
            OSError: The data file of scikit-learn cannot be read.
        """
        return _examples(self, split)


@cache
def _examples(task: Digits, split: str) -> Examples:
    images, digits = load()
    chosen = split_indices(digits)[split]
    pixels = images[chosen]
    if task.permute:
        pixels = pixels[:, np.random.default_rng(FIXED_SEED).permutation(64)]
    return Examples(pixels.reshape(-1, task.length, task.inputs.size), digits[chosen])


@cache
def load() -> tuple[np.ndarray, np.ndarray]:
    """Returns all images (1797, 64) float32 in [0, 1] and their digits (1797,) int32.

    Raises:
        OSError: The data file of scikit-learn is missing or damaged.
    """
    with data_of("scikit-learn", "The handwritten digits"):
        from sklearn.datasets import load_digits  # the import takes a second

        pixels, digits = load_digits(return_X_y=True)
    return (pixels / 16).astype(np.float32), digits.astype(np.int32)


def split_indices(digits: np.ndarray) -> dict[str, np.ndarray]:
    """Returns the sorted indices of each split. Each split has the same share of every digit."""
    rng = np.random.default_rng(FIXED_SEED)
    parts: dict[str, list[np.ndarray]] = {split: [] for split in SPLITS}
    for digit in range(10):
        indices = rng.permutation(np.flatnonzero(digits == digit))
        test = round(TEST_SHARE * len(indices))
        validation = round(VALIDATION_SHARE * len(indices))
        parts["test"].append(indices[:test])
        parts["validation"].append(indices[test : test + validation])
        parts["train"].append(indices[test + validation :])
    return {split: np.sort(np.concatenate(part)) for split, part in parts.items()}
