"""The arrays of one layer at the training steps at which they were measured."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import xarray

Measured = Mapping[str, xarray.DataArray]


class _Variable(NamedTuple):
    """One array of a layer: its dimensions, coordinates and attributes, its values at each step."""

    like: xarray.DataArray
    at_steps: dict[int, np.ndarray]


class Kept(NamedTuple):
    """What was measured of a layer. attributes: which layer it is."""

    attributes: dict[str, str]
    variables: dict[str, _Variable]

    @property
    def steps(self) -> set[int]:
        """At which anything was measured."""
        return {step for variable in self.variables.values() for step in variable.at_steps}

    def add(self, measured: Measured) -> None:
        """Keep arrays that have a dimension `step`."""
        for name, array in measured.items():
            array = array.transpose("step", ...)
            steps = array["step"].values
            if name not in self.variables:
                self.variables[name] = _Variable(array[0].drop_vars("step"), {})
            self.variables[name].at_steps.update(zip(steps.tolist(), array.values, strict=True))

    def fits(self, measured: Measured, attributes: Mapping[str, str]) -> bool:
        """Whether arrays are of the same layer, and of as many sequences, timesteps and units."""
        return self.attributes == attributes and all(
            array.sizes[d] == self.variables[name].like.sizes.get(d)
            for name, array in measured.items()
            if name in self.variables
            for d in array.dims
            if d != "step"
        )

    def described(self) -> tuple[Measured, dict[str, str]]:
        """Arrays of one step, and which layer they are of."""
        return {name: variable.like for name, variable in self.variables.items()}, self.attributes

    def update(self, later: Self) -> None:
        """Keep what another has too; where both have a value, the other's."""
        for name, (like, at_steps) in later.variables.items():
            self.variables.setdefault(name, _Variable(like, {})).at_steps.update(at_steps)

    def until(self, step: int) -> Self:
        """Without what was measured after a step."""
        variables = {
            name: _Variable(like, {s: value for s, value in at_steps.items() if s <= step})
            for name, (like, at_steps) in self.variables.items()
        }
        return type(self)(self.attributes, {n: v for n, v in variables.items() if v.at_steps})

    def dataset(self) -> xarray.Dataset:
        """All arrays with the dimension `step` before their own; NaN where one has no value."""
        steps = sorted(self.steps)
        found: dict[str, Any] = {}
        coords: dict[str, Any] = {"step": ("step", steps, {"long_name": "training step"})}
        for name, (like, at_steps) in self.variables.items():
            nothing = np.full(like.shape, np.nan)
            values = np.stack([at_steps.get(step, nothing) for step in steps])
            found[name] = (("step", *like.dims), values, like.attrs)
            coords |= {str(d): like.coords[d].variable for d in like.dims if d in like.coords}
        return xarray.Dataset(found, coords, self.attributes)
