"""Curves of several seeds as one line and a band: the median and the range at every point."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rnnexp.report.group.run_group import RunGroup
from rnnexp.report.read.layer_measurements import LayerMeasurements

MOST_SLICES = 20
"""The points of a curve over slices; with more, few examples of each would make it jagged."""


class Band(NamedTuple):
    """A curve over `n` seeds.

    Args:
        x: Shape (N,).
        middle: The median over seeds, shape (N,).
        low: The smallest value over seeds, shape (N,).
        high: The largest value over seeds, shape (N,).
        n: Number of seeds.
    """

    x: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: int


def band_of(x: np.ndarray, curves: Sequence[np.ndarray]) -> Band | None:
    """The band of curves at the same `x`; None without curves.

    Where one of the curves is NaN, so is the band.
    """
    if not curves:
        return None
    y = np.stack(curves)
    return Band(x, np.median(y, axis=0), y.min(axis=0), y.max(axis=0), len(curves))


def learning_curve(group: RunGroup, column: str) -> Band | None:
    """A column of metrics.csv against the training step.

    Returns:
        The band at the steps that all completed runs with this column have; None without runs.
    """
    curves = [
        run.metrics.set_index("step")[column].rename(i)
        for i, run in enumerate(group.completed)
        if column in run.metrics and len(run.metrics)
    ]
    if not curves:
        return None
    curves = [curve[~curve.index.duplicated(keep="last")] for curve in curves]
    common = pd.concat(curves, axis=1, join="inner").sort_index()
    return band_of(common.index.to_numpy(float), list(common.to_numpy(float).T))


def slice_curve(group: RunGroup) -> Band | None:
    """The test score against the slice, such as the length of a sequence.

    With more than `MOST_SLICES`, neighbours are averaged, weighted by their examples, in parts of
    about the same number of slices.

    Returns:
        The band at the slices that all completed runs with slices have; None without such runs.
    """
    tables = [run.slices.set_index("slice") for run in group.completed if len(run.slices)]
    if not tables:
        return None
    common = functools.reduce(pd.Index.intersection, (table.index for table in tables))
    parts = np.array_split(np.sort(common.to_numpy(float)), max(1, min(len(common), MOST_SLICES)))
    curves = [
        np.array([_weighted_mean(table.loc[part]) for part in parts if len(part)])
        for table in tables
    ]
    return band_of(np.array([part.mean() for part in parts if len(part)]), curves)


def _weighted_mean(rows: pd.DataFrame) -> float:
    return float(np.average(rows["score"], weights=rows["examples"].clip(lower=1)))


def curve_over_time(
    group: RunGroup,
    layer: int,
    when: str,
    variable: str,
    label: str | None = None,
    positive: bool = False,
) -> Band | None:
    """A variable against the timestep t = 1 … T.

    Args:
        group: The runs.
        layer: Position of the recurrent layer, from 0.
        when: `BEFORE` or `AFTER` training.
        variable: Name of the variable.
        label: The gate or gradient, for a variable that has such a dimension.
        positive: Whether zeros become NaN, for a logarithmic axis.
    """
    curves = [found.at(when, variable, label) for found in layers_at(group, layer)]
    alike = _of_common_length([curve for curve in curves if curve is not None])
    if positive:
        alike = [np.where(curve > 0, curve, np.nan) for curve in alike]
    return band_of(np.arange(1, len(alike[0]) + 1), alike) if alike else None


def relative_gradient(group: RunGroup, layer: int, when: str) -> Band | None:
    """The norm of the gradient at the memory against the number of steps back.

    It is relative to the last step that the gradient reaches, which is 0 steps back. A zero has no
    place on a logarithmic axis and is NaN.

    Args:
        group: The runs.
        layer: Position of the recurrent layer, from 0.
        when: `BEFORE` or `AFTER` training.
    """
    curves = []
    for found in layers_at(group, layer):
        norms = found.at(when, "gradient_norm", found.names.memory_gradient)
        if norms is None or not np.nan_to_num(norms).any():
            continue
        back = norms if found.backward else norms[::-1]
        back = back[np.flatnonzero(np.nan_to_num(back))[0] :]
        with np.errstate(invalid="ignore"):  # inf / inf, of a gradient that has exploded
            relative = back / back[0]
        if (relative > 0).any():
            curves.append(np.where(relative > 0, relative, np.nan))
    alike = _of_common_length(curves)
    return band_of(np.arange(len(alike[0])), alike) if alike else None


def curve_over_training(group: RunGroup, layer: int, variable: str) -> Band | None:
    """A variable of the gradient at the memory against the training step.

    Runs that were measured at other steps than the first are left out.

    Args:
        group: The runs.
        layer: Position of the recurrent layer, from 0.
        variable: Name of the variable, such as `horizon`.
    """
    steps: np.ndarray | None = None
    curves = []
    for found in layers_at(group, layer):
        curve = found.at_all_steps(variable, found.names.memory_gradient)
        if curve is not None and (steps is None or np.array_equal(found.steps, steps)):
            steps = found.steps
            curves.append(curve)
    return band_of(steps, curves) if steps is not None else None


def layers_at(group: RunGroup, layer: int) -> list[LayerMeasurements]:
    """The layer at a position, from 0, of every completed run that has so many layers."""
    return [run.layers[layer] for run in group.completed if len(run.layers) > layer]


def _of_common_length(curves: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The curves of the most frequent length; a last step without gradient shortens a curve."""
    lengths = [len(curve) for curve in curves]
    if not lengths:
        return []
    common = max(set(lengths), key=lengths.count)
    return [curve for curve in curves if len(curve) == common]
