"""The values of every unit at every timestep, as the dashboard keeps them."""

import xarray

from rnnexp.diagnostics.equation_attributes import gates_in, states_in
from rnnexp.diagnostics.measures.of_layer import output
from rnnexp.diagnostics.measures.retention import retained

PREFIX = "unit_"  # before the names in `unit_values`


def unit_values(dataset: xarray.Dataset) -> xarray.Dataset:
    """Collects gates, retention, states and gradients at the states, of every unit.

        unit_<gate>       the gate, 0 to 1
        unit_retention    the fraction of the memory that the step keeps; see `retained`
        unit_carried      the fraction of the memory after the step that remains at the last step
        unit_<state>      the state after the step
        unit_d_<state>    dL/d(state after the step) through the recurrence, if the trace has
                          gradients

    Args:
        dataset: The trace of one layer.

    Returns:
        A Dataset with the dimensions (batch, time, unit), in float32.
    """
    gradients = [f"d_{state}" for state in states_in(dataset)]
    names = [*gates_in(dataset), *states_in(dataset), *(n for n in gradients if n in dataset)]
    found = {f"{PREFIX}{name}": dataset[name] for name in names}
    kept_memory = retained(dataset)
    found |= {f"{PREFIX}{name}": kept_memory[name] for name in ("retention", "carried")}
    kept = [d for d in ("step", "time") if d in output(dataset).dims]
    return xarray.Dataset(
        {
            name: (
                array.dims,
                array.values.astype("float32", copy=False),
                {"units": "loss" if name.startswith(f"{PREFIX}d_") else "1", **_label(array)},
            )
            for name, array in found.items()
        },
        {d: dataset[d] for d in kept},
    )


def _label(array) -> dict[str, str]:
    return {"long_name": array.attrs["long_name"]}
