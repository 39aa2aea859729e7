"""Sequences that stand one after another in an array, put into rows."""

import numpy as np


def in_rows(
    lengths: np.ndarray, x: np.ndarray, y: np.ndarray, weights: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return x, y and weights with a row for each sequence, if they are concatenated.

    Args:
        lengths: (N,) the number of timesteps of each sequence.
        x: (sum of lengths,) tokens or (sum of lengths, D) numbers. If x has another length, all
            arrays are returned as they are.
        y: A target for each sequence, which is returned as it is; or (sum of lengths, …), a
            target for each timestep.
        weights: As y; None if there are none.

    Returns:
        x of (N, T) or (N, T, D), where T is the largest length, y and weights. What is padded is
        0.
    """
    concatenated = (
        lengths.ndim == 1
        and lengths.dtype.kind in "iu"
        and x.ndim in (1, 2)
        and len(x) != len(lengths)
        and (lengths > 0).all()
        and lengths.sum() == len(x)
    )
    if not concatenated:
        return x, y, weights
    steps = len(x)
    y = _rows(y, lengths) if y.shape[:1] == (steps,) else y
    if weights is not None and weights.shape == (steps,):
        weights = _rows(weights, lengths)
    return _rows(x, lengths), y, weights


def _rows(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    real = np.arange(lengths.max()) < lengths[:, np.newaxis]
    rows = np.zeros((*real.shape, *values.shape[1:]), dtype=values.dtype)
    rows[real] = values
    return rows
