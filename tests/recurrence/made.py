"""Files as rnnexp's callbacks write them, made by hand and small, and a way to ask the reader."""

import json

import numpy as np
import xarray

from rnnexp.files.netcdf import write_datasets
from rnnexp.recurrence.version import version_of

S, T, M = 5, 7, 3
GATES = ("z", "r")
LAYER = {
    "layer_class": "rnnexp.GRU",
    "equation": "GRU",
    "direction": "forward",
    "memory": "h",
    "states": json.dumps(["h"]),
    "gates": json.dumps(GATES),
}


def layer(seed=0, attributes=LAYER):
    """A layer of M units, seen at S steps of a training on T timesteps."""
    rng = np.random.default_rng(seed)
    text = {"long_name": "any number", "units": "1"}
    variables = {
        "gate_at": (("step", "gate", "time"), rng.normal(size=(S, len(GATES), T)), text),
        "gate_mean": (("step", "gate", "unit"), rng.normal(size=(S, len(GATES), M)), text),
        "retention": (("step", "time"), rng.normal(size=(S, T)) * 1e300, text),
        "counts": (("step", "unit"), rng.integers(0, 100, (S, M))),
        "learned": (("step",), rng.random(S) > 0.5),
    }
    coordinates = {"step": np.arange(S) * 10, "gate": list(GATES), "time": np.arange(1, T + 1)}
    return xarray.Dataset(variables, coordinates, attributes)


def write(folder, layers=None):
    """Write a diagnostics.nc into a folder, which is made; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "diagnostics.nc"
    write_datasets(path, {"gru": layer()} if layers is None else layers)
    return path


def ask(reader, kind, path, **request):
    """What the reader answers to a request about a file."""
    return reader.read(kind, str(path), version_of(str(path)), **request)
