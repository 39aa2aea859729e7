"""The distributions of the retention that `gate_bias` may name.

Each gives logits s, so that the retention of a unit is σ(s). Where σ is a gate that keeps, s is its
bias, in the numbers of the paper.
"""

import numpy as np
from keras import initializers, ops

DISTRIBUTIONS = ("chrono", "uniform", "power_law")


def retention_logits(name: str, units: int, horizon: float | None, seed: int | None) -> np.ndarray:
    """Draws the logits of the retention of each unit.

    Args:
        name: "chrono" (Tallec & Ollivier 2018, arXiv 1804.11188): log u for u uniform in 1 to
            horizon - 1, so that the timescale 1 / (1 - retention) is 1 + u. "uniform" (Gu et al.
            2020, arXiv 1910.09890): the retention is uniform in 1/M to 1 - 1/M. "power_law" (Beck
            et al. 2024, arXiv 2405.04517, as in the authors' code for one block):
            5 - 12 (j / (M - 1))^0.3 for the units j = 0 to M - 1.
        units: M.
        horizon: The longest timescale of "chrono", in timesteps.
        seed: Of the draw.

    Returns:
        The logits, (M,).
    """
    if name == "power_law":
        return 5 - 12 * np.linspace(0, 1, units) ** 0.3
    least, most = _range_of_draw(name, units, horizon)
    draw = initializers.RandomUniform(least, most, seed=seed)((units,), dtype="float32")
    return _logit_of_draw(name, ops.convert_to_numpy(draw).astype("float64"))


def logit_range(name: str, units: int, horizon: float | None) -> np.ndarray:
    """Returns the least and the greatest logit that `retention_logits` may give, (2,)."""
    if name == "power_law":
        return np.sort(retention_logits(name, units, horizon, None)[[0, -1]])
    return _logit_of_draw(name, np.array(_range_of_draw(name, units, horizon)))


def _range_of_draw(name, units, horizon):
    return (1.0, horizon - 1.0) if name == "chrono" else (1 / units, 1 - 1 / units)


def _logit_of_draw(name, draw):
    return np.log(draw) if name == "chrono" else np.log(draw) - np.log1p(-draw)
