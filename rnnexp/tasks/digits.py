"""Digits: real handwriting, read pixel by pixel or row by row."""

import zlib
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.task import SPLITS, Task, check_one_of, generator

# Fixed for good: another number would be another split and another permutation.
FIXED_SEED = 0
TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1


@dataclass(frozen=True)
class Digits(Task):
    """Which digit is this? The 1797 handwritten digits that come with scikit-learn, 8 by 8 pixels.

    Example, a zero in row order (t = 0 is the top row; 16 grey levels, here before the division):

        t = 0    0  0  5 13  9  1  0  0
        t = 1    0  0 13 15 10 15  5  0
        t = 2    0  3 15  2  0 11  8  0
        …
        t = 7    0  0  6 13 10  0  0  0       y = 0

    x: "row" (N, 8, 8), "pixel" (N, 64, 1), float32 in [0, 1] (grey level / 16).
    y: (N,) int32, 0 to 9.

    order: "pixel" reads the 64 pixels one by one, row after row; "row" reads a row per step.
    permute: shuffle the 64 pixels by one fixed permutation before they are cut into steps, so that
        neighbours end up far apart.

    The splits are fixed whatever the seed: of each digit about 20 % are for the test and 10 % for
    the validation. Writers are not kept apart: a writer may appear in all three.

    Source: Alpaydin and Kaynak 1998 (the images); Le, Jaitly and Hinton 2015 (images as sequences
    of pixels, with and without a fixed permutation).

    Baseline: there are 174 to 183 of each digit, so a constant guess is right once in ten.
    Solved: accuracy of at least 0.9.
    """

    loss: ClassVar[str] = "sparse_categorical_crossentropy"
    metric: ClassVar[str] = "accuracy"
    activation: ClassVar[str] = "softmax"
    outputs: ClassVar[int] = 10
    baseline: ClassVar[float] = 1 / 10
    threshold: ClassVar[float] = 0.9

    order: str = "pixel"
    permute: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for a field out of its range."""
        check_one_of(self, "order", ("pixel", "row"))
        check_one_of(self, "permute", (False, True))

    @property
    def length(self) -> int:
        """T, 64 pixels or 8 rows."""
        return 64 if self.order == "pixel" else 8

    @property
    def features(self) -> int:
        """D, one pixel or the 8 pixels of a row."""
        return 64 // self.length

    def examples(self, split: str, seed: int, epoch: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return x (N, T, D) and y (N,); see Task.examples. Raises OSError for unreadable data."""
        rng = generator(split, seed, epoch)
        images, digits = load()
        chosen = split_indices(digits)[split]
        if split == "train":
            chosen = rng.permutation(chosen)
        pixels = images[chosen]
        if self.permute:
            pixels = pixels[:, np.random.default_rng(FIXED_SEED).permutation(64)]
        return pixels.reshape(-1, self.length, self.features), digits[chosen]


@cache
def load() -> tuple[np.ndarray, np.ndarray]:
    """Return all images (1797, 64) float32 in [0, 1] and their digits (1797,) int32.

    Raises OSError when scikit-learn's data file is missing or damaged.
    """
    from sklearn.datasets import load_digits  # takes a second, and no other task needs it

    try:
        pixels, digits = load_digits(return_X_y=True)
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        raise OSError(
            f"scikit-learn's handwritten digits cannot be read ({type(error).__name__}: {error}), "
            "expected its data file digits.csv.gz whole: reinstall it with "
            "pip install --force-reinstall --no-deps scikit-learn"
        ) from error
    return (pixels / 16).astype(np.float32), digits.astype(np.int32)


def split_indices(digits: np.ndarray) -> dict[str, np.ndarray]:
    """The indices of each split, with the same share of every digit in each, in fixed order."""
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
