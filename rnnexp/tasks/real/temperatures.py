"""Forecast of hourly temperatures."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_one_of
from rnnexp.tasks.real.packaged import data_of
from rnnexp.tasks.real.series import Series

_FILES = {"seattle": "seattle-temps", "san francisco": "sf-temps"}


@dataclass(frozen=True)
class Temperatures(Series):
    """Forecast the hourly temperatures of a city in 2010.

    The values are much smoother than a thermometer's, like averages over many years, so repeating
    the day before is a strong guess; compare with it before you praise a model. One hour is
    missing, 3 a.m. on 14 March. A window that would contain it is left out.

    Example: the hours from 2 a.m. on 7 November, with 45.4, 45.1, 44.9 and 44.7 °F, and the two
    that follow, both with 44.6 °F, all scaled.

        >>> print(Temperatures(length=4, horizon=2).example(split="test"))
        x  -0.83 -0.86 -0.88 -0.90
        y  -0.91 -0.91

    Source: hourly temperatures of NOAA from the package vega-datasets; public domain.

    Baseline: the test score of the training mean; see `Series`.

    Solved: there is no such score. `guesses` shows what a forecast without a model reaches.

    Args:
        length: The number of hours T that the model reads, at least 1.
        horizon: The number of hours to forecast, at least 1.
        city: "seattle" or "san francisco".
    """

    season: ClassVar[int] = 24  # hours

    length: int = 48
    horizon: int = 24
    city: str = "seattle"

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_one_of(self, "city", tuple(_FILES))

    def values(self) -> np.ndarray:
        """Returns the temperatures of the 8760 hours in °F, one of them NaN."""
        with data_of("vega-datasets", "The temperatures"):
            from vega_datasets import local_data

            table = local_data(_FILES[self.city])
            hours: np.ndarray = table.set_index("date")["temp"].asfreq("h").to_numpy(float)
        return hours
