"""The losses and scores of a run, from the scalars that TensorBoard has of it."""

import math
from collections.abc import Mapping
from typing import Any

from tensorboard.data import provider

_SPLITS = ("train", "validation", "test")
_NOT_SCORES = ("learning_rate", "gradient_norm")
_MOST_POINTS = 300
_MOST_CURVES = 64


def scores(
    source: provider.DataProvider, context: Any, experiment: str, runs: Mapping[str, str]
) -> dict[str, list[tuple[int, float | None]]]:
    """Read the curves of losses and scores.

    Args:
        source: TensorBoard's data.
        context: The request's context, as TensorBoard wants it.
        experiment: The name of the experiment, as TensorBoard wants it.
        runs: The path below the run's folder of each of TensorBoard's runs that belong to it.

    Returns:
        By `<name>/<split>`, such as `loss/validation`, the points (step, value); None where a
        value is not finite. The steps of names that begin with `epoch_` are epochs.
    """
    asked = {"experiment_id": experiment, "plugin_name": "scalars"}
    chosen = provider.RunTagFilter(runs=list(runs))
    listed = source.list_scalars(context, **asked, run_tag_filter=chosen)
    keys = {
        (run, tag): key
        for run in runs
        for tag in sorted(listed.get(run, {}))
        if (key := curve_name(runs[run], tag))
    }
    keys = dict(list(keys.items())[:_MOST_CURVES])
    if not keys:
        return {}
    chosen = provider.RunTagFilter(runs=list(runs), tags=sorted({tag for _, tag in keys}))
    read = source.read_scalars(context, **asked, downsample=_MOST_POINTS, run_tag_filter=chosen)
    return {
        key: [(point.step, finite(point.value)) for point in read.get(run, {}).get(tag, [])]
        for (run, tag), key in keys.items()
    }


def curve_name(path: str, tag: str) -> str | None:
    """The name of a curve and its split; None if it is no loss or score.

    Args:
        path: The path of TensorBoard's run below the run's folder.
        tag: `<name>/<split>`, or `<name>` in a run that is named as the split.
    """
    name, _, split = tag.rpartition("/")
    if not name:
        name, split = tag, path.rpartition("/")[2]
    known = name.removeprefix("epoch_") not in _NOT_SCORES
    return f"{name}/{split}" if split in _SPLITS and "/" not in name and known else None


def finite(value: float) -> float | None:
    """A number as JSON can hold it."""
    return float(value) if math.isfinite(value) else None
