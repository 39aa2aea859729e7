"""Arrays as callbacks measure them, made by hand."""

import numpy as np
import xarray

GATES, GRADIENTS = ("z", "r"), ("d_h", "delta_z", "d_x")
T, M, BINS = 5, 3, 20


def array(values, *dims, **coords):
    """With the dimension `step` first, and time 1 … T where there is one."""
    values = np.asarray(values, "float64")
    if "time" in dims:
        coords["time"] = np.arange(1, values.shape[1 + dims.index("time")] + 1)
    steps = coords.pop("step", range(len(values)))
    coords = {name: list(labels) for name, labels in coords.items()}
    return xarray.DataArray(values, {"step": list(steps), **coords}, ("step", *dims))


def of_gates(rng, steps, gates=GATES):
    """What `GateStatistics` gives, of any numbers from 0 to 1."""

    def any_of(*dims):
        sizes = {"gate": len(gates), "unit": M, "time": T}
        values = rng.uniform(size=(len(steps), *(sizes[d] for d in dims)))
        return array(values, *dims, step=steps, **({"gate": gates} if "gate" in dims else {}))

    counts = rng.integers(0, 9, size=(len(steps), len(gates), BINS))
    names = ("mean", "spread", "entropy", "saturated_low", "saturated_high")
    return {f"gate_{name}": any_of("gate", "unit") for name in names} | {
        "gate_at": any_of("gate", "time"),
        "gate_counts": array(counts, "gate", "bin", step=steps, gate=gates),
        "retention": any_of("time"),
        "carried": any_of("time"),
        "carried_from_start": any_of("unit"),
    }


def of_units(rng, steps, gates=GATES):
    """What is kept of every unit of one sequence, of any numbers from 0 to 1."""
    dims = ("snapshot", "sequence", "kept_time", "unit")
    coords = {"snapshot": list(steps), "sequence": [1], "kept_time": np.arange(1, T + 1)}
    return {
        f"unit_{name}": xarray.DataArray(rng.uniform(size=(len(steps), 1, T, M)), coords, dims)
        for name in (*gates, "retention")
    }


def of_gradients(rng, steps, gradients=GRADIENTS):
    """What `TimestepGradients` gives, of any numbers above 0."""
    norms = 10 ** rng.uniform(-6, 1, size=(len(steps), len(gradients), T))
    reach = {
        name: array(rng.uniform(size=norms.shape[:2]), "gradient", step=steps, gradient=gradients)
        for name in ("horizon", "half_life", "earliest_quarter")
    }
    farthest = np.full(norms.shape[:2], T - 2.0)
    reach["farthest"] = array(farthest, "gradient", step=steps, gradient=gradients)
    norm = array(norms, "gradient", "time", step=steps, gradient=gradients)
    return {"gradient_norm": norm, **reach}
