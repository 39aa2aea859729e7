"""What diagnostics.nc has of a run's recurrent layers, as plain arrays.

Read by h5py, as the HDF5 that NetCDF-4 is: a report of hundreds of runs would wait for xarray.
"""

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from rnnexp.report.text import SHORT, plain

BEFORE, AFTER = "before", "after"

_NORMS = {"gradient_norm", "horizon", "half_life", "earliest_quarter"}
_MOST_NAMES = 64  # of layers, gates and gradients
_LARGEST = 1e100

_DIMENSIONS = {
    "gate_mean": ("step", "gate", "unit"),
    "gate_at": ("step", "gate", "time"),
    "retention": ("step", "time"),
    "carried": ("step", "time"),
    "gradient_norm": ("step", "gradient", "time"),
    "horizon": ("step", "gradient"),
    "half_life": ("step", "gradient"),
    "earliest_quarter": ("step", "gradient"),
}


@dataclass(frozen=True)
class Measured:
    """One recurrent layer: its measures at S training steps, `steps` (S,); 0 is before training.

    values: by name, in the order of dimensions (step, gate or gradient, time or unit). gates and
    gradients name the second. What was not measured is absent.
    """

    name: str
    equation: str
    backward: bool
    update_gate: str | None
    steps: np.ndarray
    gates: list[str]
    gradients: list[str]
    values: dict[str, np.ndarray]

    @property
    def memory(self) -> str:
        """The gradient at the state that carries the memory: d_c where there is a c, else d_h."""
        return "d_c" if "d_c" in self.gradients else "d_h"

    def every(self, variable: str, of: str | None = None) -> np.ndarray | None:
        """A variable at all S steps, of one gate or gradient where it has such a dimension."""
        array = self.values.get(variable)
        if array is None or of is None:
            return array
        names = self.gates if _DIMENSIONS[variable][1] == "gate" else self.gradients
        return array[:, names.index(of)] if of in names else None

    def at(self, when: str, variable: str, of: str | None = None) -> np.ndarray | None:
        """A variable "before" training (step 0) or "after" it (the last step with a value)."""
        array = self.every(variable, of)
        if array is None:
            return None
        known = [i for i in range(len(self.steps)) if not np.isnan(array[i]).all()]
        wanted = [i for i in known if (self.steps[i] == 0) == (when == BEFORE)]
        return array[wanted[-1]] if wanted else None


def measured(path: Path) -> list[Measured]:
    """The layers in a diagnostics.nc.

    Raises ValueError where it is none, or one of another shape than ours.
    """
    try:
        with h5py.File(path, "r") as file:
            names = [_text(name) for name in np.atleast_1d(file.attrs["layers"])]
            _few(names, "layers")
            groups = {name: _inside(file, name) for name in names}
            _check_room(groups.values(), path.stat().st_size)
            return [_layer(name, group) for name, group in groups.items()]
    except (OSError, LookupError, TypeError, RuntimeError, AttributeError, MemoryError) as error:
        raise ValueError(str(error)) from error


def _layer(name: str, group: h5py.Group) -> Measured:
    attributes = {key: _text(value) for key, value in group.attrs.items()}
    direction = attributes.get("direction", name.rpartition("/")[2])
    steps = _read(_inside(group, "step"), 1)
    gates, gradients = _names(group, "gate"), _names(group, "gradient")
    values = {
        key: _array(_inside(group, key), dims) for key, dims in _DIMENSIONS.items() if key in group
    }
    for key in _NORMS & set(values):
        if (values[key] < 0).any():
            raise ValueError(f"{key} is below 0")
    expected = {"step": len(steps), "gate": len(gates), "gradient": len(gradients)}
    for key, array in values.items():
        for dimension, size in zip(_DIMENSIONS[key], array.shape, strict=True):
            if size != expected.setdefault(dimension, size):
                raise ValueError(f"{key} has {size} of {dimension}, not {expected[dimension]}")
    return Measured(
        name=plain(name, SHORT),
        equation=attributes["equation"],
        backward=direction == "backward",
        update_gate=attributes.get("update_gate"),
        steps=steps,
        gates=gates,
        gradients=gradients,
        values=values,
    )


def _check_room(groups: Iterable[h5py.Group], size: int) -> None:
    """Refuse a file that promises more numbers than it has bytes: ours are not compressed."""
    names = ("step", *_DIMENSIONS)
    numbers = sum(_inside(group, key).size for group in groups for key in names if key in group)
    if numbers > size:
        raise ValueError(f"it promises {numbers} numbers and has {size} bytes")


def _inside(group: h5py.Group, name: str) -> Any:
    """What is in this file by that name: a link may lead to any other one."""
    place = group
    for part in name.split("/"):
        if not isinstance(place.get(part, getlink=True), h5py.HardLink):
            raise ValueError(f"{name} is not in it")
        place = place[part]
    return place


def _array(variable: h5py.Dataset, dims: tuple[str, ...]) -> np.ndarray:
    """As float64, its dimensions in the order of `dims`."""
    found = [axis[0].name.rpartition("/")[2] for axis in variable.dims]
    array = _read(variable, len(dims)).astype("float64")
    array[np.abs(array) > _LARGEST] = np.inf
    return np.transpose(array, [found.index(name) for name in dims])


def _read(variable: h5py.Dataset, rank: int) -> np.ndarray:
    """The numbers of a variable, of which there are some, here, and not too many."""
    if not isinstance(variable, h5py.Dataset) or variable.is_virtual or variable.external:
        raise ValueError(f"{variable.name} has no numbers of its own")
    if variable.dtype.kind not in "iuf" or variable.ndim != rank:
        raise ValueError(f"{variable.name} has {variable.ndim} dimensions of {variable.dtype}")
    if variable.size == 0:
        raise ValueError(f"{variable.name} has no numbers")
    return variable[()]


def _names(group: h5py.Group, coordinate: str) -> list[str]:
    if coordinate not in group:
        return []
    variable = _inside(group, coordinate)
    _few(variable, f"names of {coordinate}")
    return [plain(_text(name), SHORT) for name in variable.asstr()[()]]


def _few(names: Sized, what: str) -> None:
    if not 0 < len(names) <= _MOST_NAMES:
        raise ValueError(f"{len(names)} {what}, expected 1 to {_MOST_NAMES}")


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
