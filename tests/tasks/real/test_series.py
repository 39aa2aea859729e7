"""Series: read from the packages' files with NumPy, cut into windows by a loop, scored by hand."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import statsmodels.datasets
import vega_datasets

from rnnexp.tasks import CO2, Sunspots, Temperatures
from rnnexp.tasks.checks import SPLITS

STATSMODELS = Path(statsmodels.datasets.__file__).parent
VEGA = Path(vega_datasets.__file__).parent / "_data"


def numbers(path: Path) -> list[float]:
    """The second column of a CSV file; an empty cell is NaN."""
    with path.open(encoding="utf-8", newline="") as file:
        return [float(row[1] or "nan") for row in list(csv.reader(file))[1:]]


@cache
def file_of(task) -> np.ndarray:
    """The values in the file of a task's package, read without that package."""
    if isinstance(task, Sunspots):
        return np.array(numbers(STATSMODELS / "sunspots" / "sunspots.csv"))
    if isinstance(task, CO2):
        return np.array(numbers(STATSMODELS / "co2" / "co2.csv"))
    hours = numbers(VEGA / "seattle-temps.csv")
    dates = [row.split(",")[0] for row in (VEGA / "seattle-temps.csv").read_text().splitlines()]
    gap = dates.index("2010/03/14 04:00") - 1
    assert dates[gap] == "2010/03/14 02:00"
    return np.array([*hours[:gap], float("nan"), *hours[gap:]])


def examples_by_hand(task) -> dict[str, list[tuple[np.ndarray, np.ndarray, int]]]:
    """The windows of each split, unscaled, with the step of their first target."""
    values = file_of(task)
    test = len(values) - round(0.15 * len(values))
    validation = test - round(0.15 * len(values))
    found = {split: [] for split in SPLITS}
    for start in range(len(values) - task.length - task.horizon + 1):
        target = start + task.length
        stop = target + task.horizon
        if np.isnan(values[start:stop]).any():
            continue
        for split, first, last in (
            ("train", 0, validation),
            ("validation", validation, test),
            ("test", test, len(values)),
        ):
            if first <= target and stop <= last:
                found[split].append((values[start:target], values[target:stop], target))
    return found


def deviation(task) -> tuple[float, float]:
    """The mean and the standard deviation of the training part."""
    values = file_of(task)
    train = values[: len(values) - 2 * round(0.15 * len(values))]
    return np.nanmean(train), np.nanstd(train)


EVERY_SERIES = pytest.mark.parametrize(
    "task",
    [
        Sunspots(),
        Sunspots(length=5, horizon=14),
        CO2(),
        CO2(length=9, horizon=60),
        Temperatures(),
        Temperatures(length=3, horizon=1),
    ],
    ids=str,
)


@EVERY_SERIES
@pytest.mark.parametrize("split", SPLITS)
def test_examples_are_the_windows_of_the_file_in_the_order_of_time(task, split):
    mean, scale = deviation(task)
    expected = examples_by_hand(task)[split]
    x, y, _, _ = task.stored(split)
    origin = np.array([xs[-1] if isinstance(task, CO2) else mean for xs, _, _ in expected])[:, None]
    np.testing.assert_allclose(
        x[..., 0], (np.array([xs for xs, _, _ in expected]) - origin) / scale, atol=1e-5
    )
    np.testing.assert_allclose(
        y, (np.array([ys for _, ys, _ in expected]) - origin) / scale, atol=1e-5
    )


@EVERY_SERIES
def test_guesses_are_errors_on_the_test_in_units_of_the_training_variance(task):
    values, (_, scale) = file_of(task), deviation(task)
    errors = {"last value": [], "same time last season": []}
    for inputs, targets, first in examples_by_hand(task)["test"]:
        for step, target in enumerate(targets):
            earlier = first + step - task.season
            while earlier >= first:
                earlier -= task.season
            errors["last value"].append((target - inputs[-1]) / scale)
            errors["same time last season"].append((target - values[earlier]) / scale)
    scores = {name: np.mean(np.square(error)) for name, error in errors.items()}
    assert dict(task.guesses) == pytest.approx(scores, rel=1e-4)


@EVERY_SERIES
def test_the_baseline_is_the_error_of_the_mean_of_the_training_targets(task):
    _, scale = deviation(task)
    found = examples_by_hand(task)
    rising = isinstance(task, CO2)
    targets = {
        split: np.array([ys - rising * xs[-1] for xs, ys, _ in found[split]]) for split in SPLITS
    }
    error = np.mean((targets["test"] - targets["train"].mean(axis=0)) ** 2) / scale**2
    assert task.baseline == pytest.approx(error, rel=1e-4)


def test_the_cities_are_different():
    one, other = (Temperatures(city=city).values() for city in ("seattle", "san francisco"))
    assert len(one) == len(other)
    assert not np.array_equal(one, other)


def test_a_window_longer_than_the_series_is_refused_with_the_way_to_mend_it():
    with pytest.raises(ValueError, match=r"400 \+ 1 steps .*expected at least one: set a smaller"):
        Sunspots(length=400).stored("train")
