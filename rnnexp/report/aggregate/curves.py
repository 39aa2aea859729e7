"""Curves of several seeds as one line and a band: median, lowest and highest at every point."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rnnexp.report.group.sections import Group
from rnnexp.report.read.layer_measurements import Measured


class Band(NamedTuple):
    """x (N,), and over n seeds the median, the lowest and the highest y at each (N,)."""

    x: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: int


def band(x: np.ndarray, curves: Sequence[np.ndarray]) -> Band | None:
    """Of curves at the same x; None of none. A point that one curve lacks (NaN) is none."""
    if not curves:
        return None
    y = np.stack(curves)
    return Band(x, np.median(y, axis=0), y.min(axis=0), y.max(axis=0), len(curves))


def learning(group: Group, column: str) -> Band | None:
    """A column of metrics.csv against step, where every completed run of the group has it."""
    curves = [
        run.metrics.set_index("step")[column].rename(i)
        for i, run in enumerate(group.completed)
        if column in run.metrics and len(run.metrics)
    ]
    if not curves:
        return None
    curves = [curve[~curve.index.duplicated(keep="last")] for curve in curves]
    shared = pd.concat(curves, axis=1, join="inner").sort_index()
    return band(shared.index.to_numpy(float), list(shared.to_numpy(float).T))


def over_time(
    group: Group,
    layer: int,
    when: str,
    variable: str,
    of: str | None = None,
    positive: bool = False,
) -> Band | None:
    """A variable against t = 1 … T, of one layer, before or after training.

    What is exactly zero is NaN where a logarithmic axis has no place for it: with positive=True.
    """
    curves = [found.at(when, variable, of) for found in layers(group, layer)]
    known = _alike([curve for curve in curves if curve is not None])
    if positive:
        known = [np.where(curve > 0, curve, np.nan) for curve in known]
    return band(np.arange(1, len(known[0]) + 1), known) if known else None


def backwards(group: Group, layer: int, when: str) -> Band | None:
    """‖gradient‖ at the memory, relative to the last step it reaches, against steps back from it.

    Where it is exactly zero there is no point on a logarithmic axis: NaN.
    """
    curves = []
    for found in layers(group, layer):
        profile = found.at(when, "gradient_norm", found.memory)
        if profile is None or not np.nan_to_num(profile).any():
            continue
        back = profile if found.backward else profile[::-1]
        back = back[np.flatnonzero(np.nan_to_num(back))[0] :]
        with np.errstate(invalid="ignore"):  # one that grew out of all numbers has no share
            share = back / back[0]
        if (share > 0).any():
            curves.append(np.where(share > 0, share, np.nan))
    known = _alike(curves)
    return band(np.arange(len(known[0])), known) if known else None


def over_training(group: Group, layer: int, variable: str) -> Band | None:
    """A variable of the gradient at the memory against the training step."""
    steps: np.ndarray | None = None
    curves = []
    for found in layers(group, layer):
        curve = found.every(variable, found.memory)
        if curve is not None and (steps is None or np.array_equal(found.steps, steps)):
            steps = found.steps
            curves.append(curve)
    return band(steps, curves) if steps is not None else None


def layers(group: Group, layer: int) -> list[Measured]:
    """The layer at this position, of every completed run that has it."""
    return [run.layers[layer] for run in group.completed if len(run.layers) > layer]


def _alike(curves: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Those of the commonest length: a last step without a gradient makes a curve shorter."""
    lengths = [len(curve) for curve in curves]
    if not lengths:
        return []
    common = max(set(lengths), key=lengths.count)
    return [curve for curve in curves if len(curve) == common]
