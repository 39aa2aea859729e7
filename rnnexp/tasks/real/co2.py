"""Forecast of the weekly concentration of carbon dioxide in the air."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.real.packaged import data_of
from rnnexp.tasks.real.series import Series


@dataclass(frozen=True)
class CO2(Series):
    """Forecast the weekly concentration of CO2 at Mauna Loa from March 1958 to December 2001.

    The concentration rises every year, beyond everything in the training part. Therefore each
    window is read relative to its last input, which is 0: the others and the targets are
    differences to it, in units of the standard deviation of the training part.

    59 of the 2284 weeks have no value. No value is filled in: a window that would contain such a
    week is left out. All but six of these weeks are before 1968.

    Example: four weeks from 13 May 1995 on, with 364.1, 364.1, 363.4 and 363.9 ppm, and the two
    that follow, with 363.4 and 362.9 ppm.

        >>> print(CO2(length=4, horizon=2).example(split="test"))
        x  0.02  0.02  -0.05 0
        y  -0.05 -0.09

    Source: Keeling and Whorf (2004), from `statsmodels.datasets.co2`; public domain.

    Baseline: the test score of the training mean; see `Series`.

    Solved: there is no such score. `guesses` shows what a forecast without a model reaches.

    Args:
        length: The number of weeks T that the model reads, at least 1.
        horizon: The number of weeks to forecast, at least 1.
    """

    season: ClassVar[int] = 52  # weeks
    rising: ClassVar[bool] = True

    length: int = 52
    horizon: int = 26

    def values(self) -> np.ndarray:
        """Returns the concentrations of all 2284 weeks in ppm, 59 of them NaN."""
        with data_of("statsmodels", "The concentrations of CO2"):
            from statsmodels.datasets import co2

            values: np.ndarray = co2.load_pandas().data["co2"].to_numpy(float)
        return values
