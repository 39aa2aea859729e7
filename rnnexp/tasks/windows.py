"""Windows of time series: in the order of time, with a scale that the training data alone decide.

The steps of a series are numbered from 0. A window has `length` steps of inputs, and `horizon`
steps of targets follow them.
"""

import numpy as np


def chronological_parts(steps: int, validation_share: float, test_share: float) -> dict[str, range]:
    """Divide a series: the last steps are for the test, those before them for validation.

    Args:
        steps: The number of steps of the series.
        validation_share: The share of all steps that belongs to validation, from 0 to 1.
        test_share: The share of all steps that belongs to the test, from 0 to 1.

    Returns:
        The steps of "train", "validation" and "test". Together they are all steps, in order.
    """
    test = round(test_share * steps)
    validation = round(validation_share * steps)
    first, second = steps - test - validation, steps - test
    return {
        "train": range(first),
        "validation": range(first, second),
        "test": range(second, steps),
    }


def window_starts(usable: np.ndarray, length: int, horizon: int, part: range) -> np.ndarray:
    """Return the first step of every window whose targets belong to a part of the series.

    The inputs of a window may reach back into an earlier part, because the past is known when a
    forecast is made. The targets never leave their part, so no window of an earlier part contains
    a target of a later one.

    Args:
        usable: (steps,) bool, False where a value is missing. A window that contains such a step
            is left out. Steps that a gap in the dates skips are missing too.
        length: The number of input steps T.
        horizon: The number of target steps that follow them.
        part: The steps of the part, such as those from `chronological_parts`.

    Returns:
        (N,) int64 in the order of time. Two neighbouring windows may overlap.

    Raises:
        ValueError: No window has its targets in the part.
    """
    starts = possible_starts(usable, length, horizon, part)
    if not len(starts):
        raise ValueError(
            f"no window of length + horizon = {length} + {horizon} steps without a missing value "
            f"has its targets in the steps {part.start} to {part.stop - 1} of the series, expected "
            f"at least one: set a smaller length or horizon, or a larger share for this split"
        )
    return starts


def possible_starts(usable: np.ndarray, length: int, horizon: int, part: range) -> np.ndarray:
    """Return what `window_starts` does, and an empty array where no window fits."""
    first = max(part.start - length, 0)
    candidates = np.arange(first, part.stop - length - horizon + 1)
    missing_before = np.concatenate([[0], np.cumsum(~usable)])
    missing = missing_before[candidates + length + horizon] - missing_before[candidates]
    starts: np.ndarray = candidates[missing == 0]
    return starts


def windows(values: np.ndarray, starts: np.ndarray, length: int) -> np.ndarray:
    """Return `length` successive rows of `values` from each start on.

    Args:
        values: (steps, …), such as (steps, D) numbers or (steps,) classes.
        starts: (N,) the first step of each window.
        length: The number of steps of a window.

    Returns:
        (N, length, …) of the type of `values`.
    """
    return values[starts[:, np.newaxis] + np.arange(length)]


def scaled(values: np.ndarray, part: range | np.ndarray) -> np.ndarray:
    """Return numbers that have mean 0 and variance 1 in one part of the series.

    Args:
        values: (steps, D) numbers; NaN where one is missing. A column that is constant in the part
            is only shifted.
        part: The steps that decide the scale: those of the training data.

    Returns:
        (steps, D) float32; NaN stays NaN.
    """
    from sklearn.preprocessing import StandardScaler  # the import takes a second

    scaler = StandardScaler().fit(values[np.asarray(part)])
    return scaler.transform(values).astype(np.float32)
