"""The measurements of one layer at the training steps at which they were made."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import xarray

Measurements = Mapping[str, xarray.DataArray]
"""Arrays by name, each with a dimension `step`."""


class _Variable(NamedTuple):
    """One array of a layer.

    Args:
        template: The array at one step, for its dimensions, coordinates and attributes.
        at_steps: Its values at each step.
    """

    template: xarray.DataArray
    at_steps: dict[int, np.ndarray]


class LayerHistory(NamedTuple):
    """What was measured of a layer.

    Args:
        attributes: Which layer it is: its class, equation, states, …
        variables: The arrays by name.
    """

    attributes: dict[str, str]
    variables: dict[str, _Variable]

    @property
    def steps(self) -> set[int]:
        """The steps at which anything was measured."""
        return {step for variable in self.variables.values() for step in variable.at_steps}

    def add(self, measurements: Measurements) -> None:
        """Add arrays that have a dimension `step`."""
        for name, array in measurements.items():
            array = array.transpose("step", ...)
            steps = array["step"].values
            if name not in self.variables:
                self.variables[name] = _Variable(array[0].drop_vars("step"), {})
            self.variables[name].at_steps.update(zip(steps.tolist(), array.values, strict=True))

    def matches(self, measurements: Measurements, attributes: Mapping[str, str]) -> bool:
        """Whether arrays are of the same layer, with as many sequences, timesteps and units."""
        return self.attributes == attributes and all(
            array.sizes[d] == self.variables[name].template.sizes.get(d)
            for name, array in measurements.items()
            if name in self.variables
            for d in array.dims
            if d != "step"
        )

    def templates(self) -> tuple[Measurements, dict[str, str]]:
        """The arrays at one step, and the attributes: the arguments of another's `matches`."""
        return {n: variable.template for n, variable in self.variables.items()}, self.attributes

    def update(self, later: Self) -> None:
        """Add the values of another history, which take precedence."""
        for name, (template, at_steps) in later.variables.items():
            self.variables.setdefault(name, _Variable(template, {})).at_steps.update(at_steps)

    def until(self, step: int) -> Self:
        """A history without the values after a step."""
        variables = {
            name: _Variable(template, {s: value for s, value in at_steps.items() if s <= step})
            for name, (template, at_steps) in self.variables.items()
        }
        return type(self)(self.attributes, {n: v for n, v in variables.items() if v.at_steps})

    def dataset(self) -> xarray.Dataset:
        """All arrays with `step` as their first dimension; NaN where an array has no value."""
        steps = sorted(self.steps)
        arrays: dict[str, Any] = {}
        coords: dict[str, Any] = {"step": ("step", steps, {"long_name": "training step"})}
        for name, (template, at_steps) in self.variables.items():
            missing = np.full(template.shape, np.nan)
            values = np.stack([at_steps.get(step, missing) for step in steps])
            arrays[name] = (("step", *template.dims), values, template.attrs)
            coords |= {
                str(d): template.coords[d].variable for d in template.dims if d in template.coords
            }
        return xarray.Dataset(arrays, coords, self.attributes)
