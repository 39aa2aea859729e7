"""Classification of handwritten digits, read pixel by pixel or row by row."""

import zlib
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import SPLITS, check_one_of
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.stored import Stored

# Never change this: another seed would give another split and another permutation.
FIXED_SEED = 0
TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1


@dataclass(frozen=True)
class Digits(Stored):
    """Classify the 1797 handwritten digits of scikit-learn, which have 8 by 8 pixels.

    Example: a zero in row order. Step t = 0 is the top row; the grey levels are not yet divided by
    16.

        t = 0    0  0  5 13  9  1  0  0
        t = 1    0  0 13 15 10 15  5  0
        t = 2    0  3 15  2  0 11  8  0
        …
        t = 7    0  0  6 13 10  0  0  0       y = 0

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
    from sklearn.datasets import load_digits  # the import takes a second; no other task needs it

    try:
        pixels, digits = load_digits(return_X_y=True)
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        raise OSError(
            f"scikit-learn's handwritten digits cannot be read ({type(error).__name__}: {error}), "
            "expected its complete data file digits.csv.gz: reinstall it with "
            "pip install --force-reinstall --no-deps scikit-learn"
        ) from error
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
