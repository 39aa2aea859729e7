"""A callback that measures gates."""

import xarray

from rnnexp.callbacks.probe_callback import ProbeCallback
from rnnexp.dashboard.layer_history import Measurements
from rnnexp.diagnostics import (
    gate_counts,
    gate_means,
    gate_statistics,
    retained_means,
)


class GateStatistics(ProbeCallback):
    """Measures the gates of all recurrent layers, and how much of the state each step keeps.

    It measures the mean, spread, entropy and saturation of each gate per unit
    (`rnnexp.diagnostics.gate_statistics`), the mean of each gate per timestep, how many of its
    values are how large (`rnnexp.diagnostics.gate_counts`), and the retention and what is carried
    to the end (`rnnexp.diagnostics.retained_means`).

    Example:
        >>> probe = Probe(x[:8], y[:8], log_dir="logs")
        >>> model.fit(x, y, callbacks=[GateStatistics(probe, every=100)])

    Args:
        probe: The `rnnexp.callbacks.Probe` to measure. Callbacks of the same `fit` share it.
        every: Measure after each so many steps or epochs, 1 or more.
        period: "step" (an update of the weights) or "epoch".

    Raises:
        TypeError: `probe` is not a `Probe`.
        ValueError: `every` or `period` is invalid.
    """

    def measure(self, dataset: xarray.Dataset) -> Measurements:
        statistics = gate_statistics(dataset)
        return {
            **{f"gate_{name}": array for name, array in statistics.items()},
            "gate_at": gate_means(dataset)["mean"],
            "gate_counts": gate_counts(dataset)["count"],
            **retained_means(dataset),
        }
