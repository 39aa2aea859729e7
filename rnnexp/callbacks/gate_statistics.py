"""Gate statistics in training."""

import xarray

from rnnexp.callbacks.probe_callback import Inspection
from rnnexp.dashboard.layer_history import Measured
from rnnexp.diagnostics import gate_means, gate_statistics, retained_means


class GateStatistics(Inspection):
    """Where every gate stands, and what each step keeps of the state, as training goes on.

        model.fit(x, y, callbacks=[GateStatistics(Probe(x[:8], y[:8], log_dir="logs"), every=100)])

    Per unit the mean, spread, entropy and saturation of each gate (`gate_statistics`), per timestep
    its mean, and the retention and what is carried to the end (`retained_means`).
    """

    def measure(self, dataset: xarray.Dataset) -> Measured:
        of_units = gate_statistics(dataset)
        return {
            **{f"gate_{name}": array for name, array in of_units.items()},
            "gate_at": gate_means(dataset)["mean"],
            **retained_means(dataset),
        }
