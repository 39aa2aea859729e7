"""Classification of film reviews, IMDB, read word by word."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets, padded
from rnnexp.tasks.real.download import Download
from rnnexp.tasks.real.downloaded import Downloaded, divided

FILE = Download(
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz",
    "imdb.npz",
    "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
)
_RARE = 1


@dataclass(frozen=True)
class IMDB(Downloaded):
    """Is a film review positive?

    Example (T = 8): a review of six words, which have the ranks 1, 246, 19, 10, 25 and 107 when the
    words of all reviews are ordered by how often they occur:

        x  2 247 20 11 26 108 0 0       y = 0

    The inputs x are (N, T) int32. Token 0 is padding at the end, token 1 any word that is not among
    the `words` most frequent, and token r + 1 the word of rank r. Of a review with more than T
    words, the last T are read. The targets y are (N,) int32: 1 for a positive review, else 0.

    The file has 25,000 training examples, a tenth of which is for validation, and 25,000 test
    examples. It is downloaded at first use, as `keras.datasets.imdb` does, or read from a copy.

    Source: Maas et al. (2011).

    Baseline: the test accuracy of the more frequent class in training, about 0.5.

    Solved: there is no such score.

    Args:
        path: A copy of imdb.npz. None takes the file from Keras's folder, after a download if it
            is not there.
        length: The number of timesteps T, at least 1.
        words: The number of words that have a token of their own, at least 1.
    """

    file: ClassVar[str] = "imdb.npz"
    targets: ClassVar[Targets] = Targets("class", 2)
    threshold: ClassVar[None] = None

    length: int = 200
    words: int = 10_000

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range, OSError if there is no such file."""
        check_at_least(self, "length", 1)
        check_at_least(self, "words", 1)
        super().__post_init__()

    @property
    def inputs(self) -> Inputs:
        """Padding, rare words, and the frequent words in the order of their rank."""
        return Inputs("tokens", self.words + 2, padded=True)

    @property
    def target_names(self) -> tuple[str, str]:
        """The two opinions."""
        return "negative", "positive"

    def splits(self) -> Mapping[str, Examples]:
        """Returns the examples of every split, x (N, T) int32 and y (N,) int32."""
        return _splits(self)


@lru_cache(maxsize=2)
def _splits(task: IMDB) -> dict[str, Examples]:
    # The checksum was compared, so these are the known pickles, lists of ranks.
    with np.load(io.BytesIO(FILE.contents(task.path)), allow_pickle=True) as arrays:
        train, test = (
            Examples(_tokens(arrays[f"x_{part}"], task), arrays[f"y_{part}"].astype(np.int32))
            for part in ("train", "test")
        )
    return divided(train, test)


def _tokens(reviews: np.ndarray, task: IMDB) -> np.ndarray:
    ends = [np.array(review[-task.length :]) for review in reviews]
    return padded([np.where(end <= task.words, end + 1, _RARE) for end in ends], task.length)
