"""Reads diagnostics.nc: the measurements of a run's recurrent layers, as NumPy arrays.

NetCDF-4 is HDF5, and h5py reads it: a report of hundreds of runs would wait for xarray.
"""

from collections.abc import Iterable, Sized
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from rnnexp.dashboard.layer_names import LayerNames, layer_names
from rnnexp.report.text import SHORT, plain

BEFORE, AFTER = "before", "after"
"""When something was measured: before the first training step, or after the last."""

_NOT_NEGATIVE = {"gradient_norm", "horizon", "half_life", "earliest_quarter"}
_MAX_NAMES = 64  # of layers, gates and gradients
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
class LayerMeasurements:
    """What was measured of one recurrent layer at S training steps.

    Args:
        name: Name of the layer.
        equation: Class of its equation, such as "GRU".
        backward: Whether the layer goes from the last timestep to the first.
        names: Names of the layer's states and gates.
        steps: The training steps, shape (S,); 0 is before training.
        gates: Labels of the dimension `gate`.
        gradients: Labels of the dimension `gradient`.
        variables: Arrays by name, with the dimensions in the order (step; gate or gradient; time or
            unit). A variable that was not measured is absent.
    """

    name: str
    equation: str
    backward: bool
    names: LayerNames
    steps: np.ndarray
    gates: list[str]
    gradients: list[str]
    variables: dict[str, np.ndarray]

    def at_all_steps(self, variable: str, label: str | None = None) -> np.ndarray | None:
        """A variable at all S steps.

        Args:
            variable: Name of the variable.
            label: The gate or gradient, for a variable that has such a dimension.

        Returns:
            Shape (S, …), without the dimension of the label. None if it was not measured.
        """
        array = self.variables.get(variable)
        if array is None or label is None:
            return array
        labels = self.gates if _DIMENSIONS[variable][1] == "gate" else self.gradients
        return array[:, labels.index(label)] if label in labels else None

    def at(self, when: str, variable: str, label: str | None = None) -> np.ndarray | None:
        """A variable before or after training.

        Args:
            when: `BEFORE` for step 0, `AFTER` for the last later step that has a value.
            variable: Name of the variable.
            label: The gate or gradient, for a variable that has such a dimension.

        Returns:
            Its value or array at that step. None if it was not measured.
        """
        array = self.at_all_steps(variable, label)
        if array is None:
            return None
        measured = [i for i in range(len(self.steps)) if not np.isnan(array[i]).all()]
        matching = [i for i in measured if (self.steps[i] == 0) == (when == BEFORE)]
        return array[matching[-1]] if matching else None


def read_layers(path: Path) -> list[LayerMeasurements]:
    """Read the layers in a diagnostics.nc.

    Raises:
        ValueError: It is not such a file, or its contents are not what rnnexp writes.
    """
    try:
        with h5py.File(path, "r") as file:
            names = [_text(name) for name in np.atleast_1d(file.attrs["layers"])]
            _check_number_of(names, "layers")
            groups = {name: _member(file, name) for name in names}
            _check_size(groups.values(), path.stat().st_size)
            return [_read_layer(name, group) for name, group in groups.items()]
    except (OSError, LookupError, TypeError, RuntimeError, AttributeError, MemoryError) as error:
        raise ValueError(str(error)) from error


def _read_layer(name: str, group: h5py.Group) -> LayerMeasurements:
    attributes = {key: _text(value) for key, value in group.attrs.items()}
    direction = attributes.get("direction", name.rpartition("/")[2])
    steps = _numbers(_member(group, "step"), 1)
    gates, gradients = _labels(group, "gate"), _labels(group, "gradient")
    # A unit without gates has arrays of gates without a number.
    variables = {
        key: _array(_member(group, key), dims)
        for key, dims in _DIMENSIONS.items()
        if key in group and ("gate" not in dims or gates)
    }
    sizes = {"step": len(steps), "gate": len(gates), "gradient": len(gradients)}
    _check_variables(variables, sizes)
    return LayerMeasurements(
        name=plain(name, SHORT),
        equation=plain(attributes["equation"], SHORT),
        backward=direction == "backward",
        names=_harmless(layer_names(attributes, gradients, gates)),
        steps=steps,
        gates=gates,
        gradients=gradients,
        variables=variables,
    )


def _harmless(names: LayerNames) -> LayerNames:
    """The names as plain text, as the labels of gates and gradients are."""
    return replace(
        names,
        states=tuple(plain(name, SHORT) for name in names.states),
        memory=plain(names.memory, SHORT),
        gates=tuple(plain(name, SHORT) for name in names.gates),
    )


def _check_variables(variables: dict[str, np.ndarray], sizes: dict[str, int]) -> None:
    """Raise ValueError for negative norms, and for dimensions of different sizes."""
    for key in _NOT_NEGATIVE & set(variables):
        if (variables[key] < 0).any():
            raise ValueError(f"{key} is below 0")
    for key, array in variables.items():
        for dimension, size in zip(_DIMENSIONS[key], array.shape, strict=True):
            if size != sizes.setdefault(dimension, size):
                raise ValueError(f"{key} has {size} of {dimension}, expected {sizes[dimension]}")


def _check_size(groups: Iterable[h5py.Group], n_bytes: int) -> None:
    """Raise ValueError if the file declares more numbers than it has bytes.

    Our files are not compressed; a declared array without data would fill the memory.
    """
    names = ("step", *_DIMENSIONS)
    declared = sum(_member(group, key).size for group in groups for key in names if key in group)
    if declared > n_bytes:
        raise ValueError(f"it declares {declared} numbers and has {n_bytes} bytes")


def _member(group: h5py.Group, name: str) -> Any:
    """What stands in this file under a name. A link is refused: it may lead to any other file."""
    member = group
    for part in name.split("/"):
        if not isinstance(member.get(part, getlink=True), h5py.HardLink):
            raise ValueError(f"{name} is not in it")
        member = member[part]
    return member


def _array(variable: h5py.Dataset, dims: tuple[str, ...]) -> np.ndarray:
    """The variable as float64, with its dimensions in the order of `dims`."""
    order = [axis[0].name.rpartition("/")[2] for axis in variable.dims]
    array = _numbers(variable, len(dims)).astype("float64")
    array[np.abs(array) > _LARGEST] = np.inf
    return np.transpose(array, [order.index(name) for name in dims])


def _numbers(variable: h5py.Dataset, rank: int) -> np.ndarray:
    """The numbers of a variable, which must stand in this file and have this rank."""
    if not isinstance(variable, h5py.Dataset) or variable.is_virtual or variable.external:
        raise ValueError(f"{variable.name} has no numbers of its own")
    if variable.dtype.kind not in "iuf" or variable.ndim != rank:
        raise ValueError(f"{variable.name} has {variable.ndim} dimensions of {variable.dtype}")
    if variable.size == 0:
        raise ValueError(f"{variable.name} has no numbers")
    return variable[()]


def _labels(group: h5py.Group, coordinate: str) -> list[str]:
    if coordinate not in group:
        return []
    variable = _member(group, coordinate)
    if len(variable) > _MAX_NAMES:
        raise ValueError(f"{len(variable)} labels of {coordinate}, expected at most {_MAX_NAMES}")
    return [plain(_text(label), SHORT) for label in variable.asstr()[()]]


def _check_number_of(names: Sized, what: str) -> None:
    if not 0 < len(names) <= _MAX_NAMES:
        raise ValueError(f"{len(names)} {what}, expected 1 to {_MAX_NAMES}")


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
