"""The base class of classifications of images that are read as sequences."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_one_of
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.real.downloaded import FIXED_SEED, Downloaded


@dataclass(frozen=True)
class Images(Downloaded):
    """Classify square images that are read pixel by pixel or row by row.

    The inputs x are float32 in [0, 1] (grey level or colour / 255): (N, side², channels) with
    order "pixel", and (N, side, side · channels) with order "row". The targets y are (N,) int32.
    """

    side: ClassVar[int]
    channels: ClassVar[Sequence[str]]
    targets: ClassVar[Targets] = Targets("class", 10)

    order: str = "pixel"
    permute: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range, OSError if there is no such file."""
        check_one_of(self, "order", ("pixel", "row"))
        check_one_of(self, "permute", (False, True))
        super().__post_init__()

    @property
    def length(self) -> int:
        """The number of timesteps T: all pixels, or the rows."""
        return self.side**2 if self.order == "pixel" else self.side

    @property
    def inputs(self) -> Inputs:
        """The numbers of one pixel, or of the pixels of one row."""
        return Inputs("numbers", self.side**2 // self.length * len(self.channels))

    @property
    def input_names(self) -> Sequence[str]:
        """The channels of a pixel, or of each pixel of a row."""
        if self.order == "pixel":
            return self.channels
        return [f"{channel} {pixel}" for pixel in range(self.side) for channel in self.channels]

    def batch(self, split: str, seed: int, index: int, number: int) -> Examples:
        """Returns a batch; see `Stored.batch`.

        `stored` has the pixels as the file has them, (N, side², channels) uint8, since float32
        would take four times the memory. They are ordered and scaled here.
        """
        pixels, y, _, _ = super().batch(split, seed, index, number)
        if self.permute:
            pixels = pixels[:, permutation(self.side**2)]
        x = pixels.reshape(-1, self.length, self.inputs.size).astype(np.float32) / 255
        return Examples(x, y)


@cache
def permutation(pixels: int) -> np.ndarray:
    """Return the one permutation of the pixels, (pixels,), that permuted images have."""
    return np.random.default_rng(FIXED_SEED).permutation(pixels)
