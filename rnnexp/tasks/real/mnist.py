"""Classification of handwritten digits, MNIST, read pixel by pixel or row by row."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.examples import Examples
from rnnexp.tasks.real.download import Download
from rnnexp.tasks.real.downloaded import divided
from rnnexp.tasks.real.images import Images

FILE = Download(
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)


@dataclass(frozen=True)
class MNIST(Images):
    """Classify handwritten digits of 28 by 28 grey pixels: sequential or permuted MNIST.

    Example: with order "pixel", x are 784 grey levels, row after row, such as 0 … 0 0.01 0.07 0.07
    … 0, and y is a digit from 0 to 9, such as 5. With order "row", the timesteps are the 28 rows.

    The file has 60,000 training examples, a tenth of which is for validation, and 10,000 test
    examples. It is downloaded at first use, as `keras.datasets.mnist` does, or read from a copy.

    Source: LeCun et al. (1998) for the images; Le, Jaitly and Hinton (2015) for images as sequences
    of pixels, with and without a fixed permutation. Each paper has its own permutation.

    Baseline: the test accuracy of the most frequent digit in training.

    Solved: the accuracy is at least 0.95.

    Args:
        path: A copy of mnist.npz. None takes the file from Keras's folder, after a download if it
            is not there.
        order: "pixel" reads the 784 pixels one by one. "row" reads one row per step.
        permute: Whether to shuffle the pixels by one fixed permutation before they are divided
            into steps.
    """

    file: ClassVar[str] = "mnist.npz"
    side: ClassVar[int] = 28
    channels: ClassVar[Sequence[str]] = ("grey level",)
    threshold: ClassVar[float] = 0.95

    def splits(self) -> Mapping[str, Examples]:
        """Returns the examples of every split, x (N, 784, 1) uint8 and y (N,) int32."""
        return _splits(self.path)


@lru_cache(maxsize=1)
def _splits(path: str | None) -> dict[str, Examples]:
    with np.load(io.BytesIO(FILE.contents(path)), allow_pickle=False) as arrays:
        train, test = (
            Examples(arrays[f"x_{part}"].reshape(-1, 784, 1), arrays[f"y_{part}"].astype(np.int32))
            for part in ("train", "test")
        )
    return divided(train, test)
