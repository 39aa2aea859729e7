"""A callback that measures the gradient at each timestep."""

import xarray

from rnnexp.callbacks.probe import Probe
from rnnexp.callbacks.probe_callback import ProbeCallback
from rnnexp.dashboard.layer_history import Measurements
from rnnexp.diagnostics import gradient_norms, input_terms, reach_of


class TimestepGradients(ProbeCallback):
    """Measures how much of the gradient reaches each timestep through the recurrence.

    It measures the norms of the gradient at each state, at the pre-activation of each neuron and at
    the input, per timestep (`rnnexp.diagnostics.gradient_norms`), how far back each of them reaches
    (`rnnexp.diagnostics.reach`), and what each timestep adds to the gradient of the input kernel
    (`rnnexp.diagnostics.input_terms`).

    Example:
        >>> probe = Probe(x[:8], y[:8], log_dir="logs")
        >>> model.fit(x, y, callbacks=[TimestepGradients(probe, every=100)])

    Args:
        probe: The `rnnexp.callbacks.Probe` to measure, with targets. Callbacks of the same `fit`
            share it.
        every: Measure after each so many steps or epochs, 1 or more.
        period: "step" (an update of the weights) or "epoch".

    Raises:
        TypeError: `probe` is not a `Probe`.
        ValueError: `every` or `period` is invalid, or the probe has no targets.
    """

    def __init__(self, probe: Probe, every: int = 100, period: str = "step") -> None:
        super().__init__(probe, every, period)
        if probe.y is None:
            raise ValueError("the probe has no y; a gradient needs the targets: Probe(x, y, …)")

    def measure(self, dataset: xarray.Dataset) -> Measurements:
        norms = gradient_norms(dataset)
        reach = reach_of(norms, dataset.attrs["direction"])
        profiles = norms.to_dataarray("gradient").assign_attrs(
            long_name="norm of the gradient at t", units="loss"
        )
        terms = {f"input_term_{name}": term for name, term in input_terms(dataset).items()}
        return {"gradient_norm": profiles, **dict(reach.items()), **terms}
