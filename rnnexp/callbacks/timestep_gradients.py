"""The gradient that reaches each timestep, in training."""

import xarray

from rnnexp.callbacks.probe import Probe
from rnnexp.callbacks.probe_callback import Inspection
from rnnexp.dashboard.layer_history import Measured
from rnnexp.diagnostics import gradient_norms, reach_of


class TimestepGradients(Inspection):
    """How much of the gradient reaches each timestep through the recurrence, in training.

        model.fit(x, y, callbacks=[TimestepGradients(Probe(x[:8], y[:8], log_dir="logs"))])

    ‖dL/dh_t‖, ‖dL/dc_t‖, ‖δ_t‖ of each neuron and ‖dL/dx_t‖ (`gradient_norms`), and how far back
    they reach (`reach`). Raises ValueError for a probe without targets.
    """

    def __init__(self, probe: Probe, every: int = 100, period: str = "step") -> None:
        super().__init__(probe, every, period)
        if probe.y is None:
            raise ValueError("the probe has no y; a gradient needs the targets: Probe(x, y, …)")

    def measure(self, dataset: xarray.Dataset) -> Measured:
        norms = gradient_norms(dataset)
        reach = reach_of(norms, dataset.attrs["direction"])
        profiles = norms.to_dataarray("gradient").assign_attrs(
            long_name="norm of the gradient at t", units="loss"
        )
        return {"gradient_norm": profiles, **dict(reach.items())}
