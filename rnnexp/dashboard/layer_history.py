"""The measurements of one layer at the training steps at which they were made."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import xarray

from rnnexp.dashboard.snapshots import SNAPSHOT, kept_steps

Measurements = Mapping[str, xarray.DataArray]
"""Arrays by name, each with a dimension `step`, or `snapshot` for the values of every unit."""

_TRAINING_STEP = {
    "step": "training step",
    SNAPSHOT: "training step at which the values of every unit were kept",
}


class _Variable(NamedTuple):
    """One array of a layer.

    Args:
        along: The name of its dimension of training steps.
        template: The array at one step, for its dimensions, coordinates and attributes.
        at_steps: Its values at each step.
    """

    along: str
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
        return self._steps("step") | self._steps(SNAPSHOT)

    def add(self, measurements: Measurements) -> None:
        """Add arrays with a dimension of training steps, and forget snapshots beyond the limit."""
        for name, array in measurements.items():
            along = SNAPSHOT if SNAPSHOT in array.dims else "step"
            array = array.transpose(along, ...)
            steps = array[along].values
            if name not in self.variables:
                self.variables[name] = _Variable(along, array[0].drop_vars(along), {})
            at_steps = self.variables[name].at_steps
            at_steps.update(zip(steps.tolist(), array.values, strict=True))
        self._forget_snapshots()

    def matches(self, measurements: Measurements, attributes: Mapping[str, str]) -> bool:
        """Whether arrays are of the same layer, with as many sequences, timesteps and units.

        Attributes that only one of the two has do not count: an earlier version did not write them.
        """
        common = self.attributes.keys() & attributes.keys()
        return all(self.attributes[key] == attributes[key] for key in common) and all(
            array.sizes[d] == self.variables[name].template.sizes.get(d)
            for name, array in measurements.items()
            if name in self.variables
            for d in array.dims
            if d != self.variables[name].along
        )

    def templates(self) -> tuple[Measurements, dict[str, str]]:
        """The arrays at one step, and the attributes: the arguments of another's `matches`."""
        return {n: variable.template for n, variable in self.variables.items()}, self.attributes

    def update(self, later: Self) -> None:
        """Add the attributes and values of another history, which take precedence."""
        self.attributes.update(later.attributes)
        for name, (along, template, at_steps) in later.variables.items():
            variable = self.variables.setdefault(name, _Variable(along, template, {}))
            variable.at_steps.update(at_steps)
        self._forget_snapshots()

    def until(self, step: int) -> Self:
        """A history without the values after a step."""
        variables = {
            name: variable._replace(
                at_steps={s: value for s, value in variable.at_steps.items() if s <= step}
            )
            for name, variable in self.variables.items()
        }
        return type(self)(self.attributes, {n: v for n, v in variables.items() if v.at_steps})

    def dataset(self) -> xarray.Dataset:
        """All arrays with their training steps as first dimension.

        An array with the dimension `step` is NaN at the steps at which it was not measured.
        """
        arrays: dict[str, Any] = {}
        coords: dict[str, Any] = {}
        for along, text in _TRAINING_STEP.items():
            if steps := sorted(self._steps(along)):
                coords[along] = (along, steps, {"long_name": text})
        for name, (along, template, at_steps) in self.variables.items():
            missing = np.full(template.shape, np.nan, template.dtype)
            values = np.stack([at_steps.get(step, missing) for step in coords[along][1]])
            arrays[name] = ((along, *template.dims), values, template.attrs)
            coords |= {
                str(d): template.coords[d].variable for d in template.dims if d in template.coords
            }
        return xarray.Dataset(arrays, coords, self.attributes)

    def steps_to_keep(self, steps: Iterable[int]) -> list[int]:
        """Those of further training steps at which the values of every unit will be kept."""
        snapshots = [v for v in self.variables.values() if v.along == SNAPSHOT]
        nbytes = sum(variable.template.nbytes for variable in snapshots)
        kept = kept_steps(self.steps.union(steps), nbytes)
        return [step for step in steps if step in kept]

    def _steps(self, along: str) -> set[int]:
        variables = [v for v in self.variables.values() if v.along == along]
        return {step for variable in variables for step in variable.at_steps}

    def _forget_snapshots(self) -> None:
        variables = [v for v in self.variables.values() if v.along == SNAPSHOT]
        if variables:
            nbytes = sum(variable.template.nbytes for variable in variables)
            kept = kept_steps(self.steps, nbytes)
            for variable in variables:
                for step in variable.at_steps.keys() - kept:
                    del variable.at_steps[step]
