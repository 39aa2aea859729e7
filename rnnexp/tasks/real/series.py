"""The base class of forecasts of one time series."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.stored import Stored
from rnnexp.tasks.windows import chronological_parts, scaled, window_starts, windows

VALIDATION_SHARE, TEST_SHARE = 0.15, 0.15


@dataclass(frozen=True)
class Series(Stored):
    """Read T successive values of a series and forecast those that follow.

    The inputs x are (N, T, 1) float32 and the targets y (N, horizon) float32, one example for
    every place in the series where T + horizon values are known. The splits follow each other in
    time: the targets of the test are the last 15 % of the series, those of validation the 15 %
    before them. The inputs of a split may be earlier values, from the end of the split before it;
    its targets never occur in an earlier split.

    All numbers are scaled so that the training part has mean 0 and variance 1. So the score, a mean
    squared error, is in units of the variance of the training part.

    A subclass provides `values` and `season`, and gives `length` and `horizon` a default.
    """

    season: ClassVar[int]
    """The steps after which the series is about the same again."""
    rising: ClassVar[bool] = False
    """Whether later values lie beyond all training values, so that a window is read relative to its
    last input: this value is subtracted from its inputs and its targets."""
    metric: ClassVar[str] = "mean_squared_error"
    inputs: ClassVar[Inputs] = Inputs("numbers", 1)
    threshold: ClassVar[None] = None

    length: int = 24
    horizon: int = 1

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        check_at_least(self, "length", 1)
        check_at_least(self, "horizon", 1)

    @abstractmethod
    def values(self) -> np.ndarray:
        """Returns the series, (steps,) float64, with NaN where a value is missing.

        Raises:
            OSError: The data file cannot be read.
        """

    @property
    def targets(self) -> Targets:
        """The next `horizon` values."""
        return Targets("numbers", self.horizon)

    def stored(self, split: str) -> Examples:
        """Returns x (N, T, 1) and y (N, horizon) of a split, in the order of time.

        Raises:
            OSError: The data file cannot be read.
            ValueError: No window of length + horizon steps fits.
        """
        return _examples(self, split)

    @property
    def baseline(self) -> float:
        """The test score of the mean of the training targets, of each step of the horizon."""
        error = self.stored("test").y - self.stored("train").y.mean(axis=0)
        return float(np.mean(error**2, dtype=np.float64))

    @property
    def guesses(self) -> Mapping[str, float]:
        """The test scores of two forecasts without a model.

        "last value" repeats the last input. "same time last season" repeats the values of one
        season (`season` steps) before, which may be earlier than the inputs.
        """
        series = _scaled(self)[0][:, 0]
        last_inputs = _starts(self, "test") + self.length - 1
        steps = last_inputs[:, np.newaxis] + np.arange(1, self.horizon + 1)
        seasons_back = -(-np.arange(1, self.horizon + 1) // self.season)
        forecasts = {
            "last value": series[last_inputs, np.newaxis],
            "same time last season": series[steps - seasons_back * self.season],
        }
        return {
            name: float(np.mean((series[steps] - forecast) ** 2, dtype=np.float64))
            for name, forecast in forecasts.items()
        }


@cache
def _examples(task: Series, split: str) -> Examples:
    series, _ = _scaled(task)
    starts = _starts(task, split)
    x = windows(series, starts, task.length)
    y = windows(series[:, 0], starts + task.length, task.horizon)
    if task.rising:
        last = x[:, -1]
        return Examples(x - last[:, np.newaxis], y - last)
    return Examples(x, y)


def _starts(task: Series, split: str) -> np.ndarray:
    series, parts = _scaled(task)
    return window_starts(~np.isnan(series[:, 0]), task.length, task.horizon, parts[split])


@cache
def _scaled(task: Series) -> tuple[np.ndarray, dict[str, range]]:
    """Return the scaled series (steps, 1), and the steps of each split."""
    values = task.values()
    parts = chronological_parts(len(values), VALIDATION_SHARE, TEST_SHARE)
    return scaled(values[:, np.newaxis], parts["train"]), parts
