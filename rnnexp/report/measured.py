"""What diagnostics.nc has of a run's recurrent layers, as plain arrays.

Read by h5py, as the HDF5 that NetCDF-4 is: a report of hundreds of runs would wait for xarray.
"""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

BEFORE, AFTER = "before", "after"

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


def measured(path: Path) -> tuple[list[Measured], str | None]:
    """The layers in a diagnostics.nc, none if there is no file; and why it cannot be read."""
    if not path.exists():
        return [], None
    try:
        with h5py.File(path, "r") as file:
            names = np.atleast_1d(file.attrs["layers"])
            return [_layer(_text(name), file[_text(name)]) for name in names], None
    except (OSError, LookupError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        return [], f"{path.name} cannot be read ({type(error).__name__})"


def _layer(name: str, group: h5py.Group) -> Measured:
    attributes = {key: _text(value) for key, value in group.attrs.items()}
    direction = attributes.get("direction", name.rpartition("/")[2])
    values = {key: _array(group[key], dims) for key, dims in _DIMENSIONS.items() if key in group}
    return Measured(
        name=name,
        equation=attributes["equation"],
        backward=direction == "backward",
        update_gate=attributes.get("update_gate"),
        steps=group["step"][()],
        gates=_names(group, "gate"),
        gradients=_names(group, "gradient"),
        values=values,
    )


def _array(variable: h5py.Dataset, dims: tuple[str, ...]) -> np.ndarray:
    """As float64, its dimensions in the order of `dims`."""
    found = [axis[0].name.rpartition("/")[2] for axis in variable.dims]
    return np.transpose(variable[()].astype("float64"), [found.index(name) for name in dims])


def _names(group: h5py.Group, coordinate: str) -> list[str]:
    return list(map(_text, group[coordinate].asstr()[()])) if coordinate in group else []


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
