"""Classification of small photographs, CIFAR-10, read pixel by pixel or row by row."""

import io
import pickle
import tarfile
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
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    "cifar-10-batches-py-target_archive",
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
)
CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


@dataclass(frozen=True)
class CIFAR10(Images):
    """Classify photographs of 32 by 32 coloured pixels.

    Example: with order "pixel", x are 1024 pixels, row after row, each with red, green and blue,
    such as 0.23 0.24 0.25, and y is one of ten classes, such as 6, a frog. With order "row", the
    timesteps are the 32 rows with 96 numbers each.

    The file has 50,000 training examples, a tenth of which is for validation, and 10,000 test
    examples. It is downloaded at first use, as `keras.datasets.cifar10` does, or read from a copy.

    Source: Krizhevsky (2009) for the images; Trinh et al. (2018) for them as sequences.

    Baseline: the test accuracy of the most frequent class in training.

    Solved: there is no such score.

    Args:
        path: A copy of cifar-10-python.tar.gz. None takes the file from Keras's folder, after a
            download if it is not there.
        order: "pixel" reads the 1024 pixels one by one. "row" reads one row per step.
        permute: Whether to shuffle the pixels by one fixed permutation before they are divided
            into steps.
    """

    file: ClassVar[str] = "cifar-10-python.tar.gz"
    side: ClassVar[int] = 32
    channels: ClassVar[Sequence[str]] = ("red", "green", "blue")
    threshold: ClassVar[None] = None

    @property
    def target_names(self) -> Sequence[str]:
        """What the photographs show."""
        return CLASSES

    def splits(self) -> Mapping[str, Examples]:
        """Returns the examples of every split, x (N, 1024, 3) uint8 and y (N,) int32."""
        return _splits(self.path)


@lru_cache(maxsize=1)
def _splits(path: str | None) -> dict[str, Examples]:
    with tarfile.open(fileobj=io.BytesIO(FILE.contents(path)), mode="r:gz") as archive:
        train = [_examples(archive, f"data_batch_{number}") for number in range(1, 6)]
        test = _examples(archive, "test_batch")
    x, y = (np.concatenate(parts) for parts in zip(*(part[:2] for part in train), strict=True))
    return divided(Examples(x, y), test)


def _examples(archive: tarfile.TarFile, name: str) -> Examples:
    member = archive.extractfile(f"cifar-10-batches-py/{name}")
    assert member is not None, name
    # The checksum of the archive was compared, so this is the known pickle.
    batch = pickle.load(member, encoding="bytes")
    channels_first = batch[b"data"].reshape(-1, 3, 1024)
    return Examples(channels_first.transpose(0, 2, 1), np.array(batch[b"labels"], np.int32))
