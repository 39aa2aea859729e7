"""Forecast of the yearly number of sunspots."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.real.packaged import data_of
from rnnexp.tasks.real.series import Series


@dataclass(frozen=True)
class Sunspots(Series):
    """Forecast the yearly number of sunspots from 1700 to 2008.

    Example: the years 1955 to 1962, in which there were 38, 142, 190, 185, 159, 112, 54 and 38
    sunspots, and 1963 with 28, all scaled.

        >>> print(Sunspots(length=8).example(split="test"))
        x  -0.15 2.89  4.31  4.16  3.40  2.03  0.32  -0.16
        y  -0.44

    Source: the yearly mean sunspot numbers in `statsmodels.datasets.sunspots`, from NOAA's National
    Geophysical Data Center; public domain. Yule (1927) fitted the first autoregressive model to
    such numbers.

    Baseline: the test score of the training mean; see `Series`. It is far above 1 because the last
    decades had more sunspots than the three centuries before.

    Solved: there is no such score. `guesses` shows what a forecast without a model reaches.

    Args:
        length: The number of years T that the model reads, at least 1.
        horizon: The number of years to forecast, at least 1.
    """

    season: ClassVar[int] = 11  # years; the mean length of the cycle

    length: int = 22
    horizon: int = 1

    def values(self) -> np.ndarray:
        """Returns the numbers of all 309 years."""
        with data_of("statsmodels", "The numbers of sunspots"):
            from statsmodels.datasets import sunspots

            values: np.ndarray = sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(float)
        return values
