"""A stretch of one variable of a diagnostics.nc."""

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import h5py
import numpy as np

from rnnexp.recurrence.hdf5 import attribute, dimensions, labels, layer, member
from rnnexp.recurrence.problems import Problem
from rnnexp.recurrence.selection import MOST, MOST_ALLOWED, evenly, within

_PREFIX, _NEAR = "most_", "near_"


def stretch(
    file: h5py.File, layer_name: str, name: str, query: Mapping[str, str]
) -> tuple[dict[str, Any], bytes]:
    """Read a part of a variable.

    Args:
        file: The file.
        layer_name: The layer; empty for a variable of the whole file.
        name: The variable.
        query: `<dimension>`: the index of its only entry, from the end if negative;
            `near_<dimension>`: the coordinate nearest to that of its only entry;
            `most_<dimension>`: how many entries of it at most.

    Returns:
        What the numbers are, and the numbers as float32, the last dimension contiguous.
    """
    dataset = _variable(layer(file, layer_name), name)
    dims = dimensions(dataset)
    full = dict(zip((dim for dim, _ in dims), dataset.shape, strict=True))
    near = {key: text for key, text in query.items() if key.startswith(_NEAR) and key not in full}
    fixed, most = _asked({key: query[key] for key in query.keys() - near}, full)
    fixed |= _nearest(near, dict(dims), full)
    free = [dim for dim in full if dim not in fixed]
    wanted = within([full[d] for d in free], [most.get(d, MOST) for d in free])
    chosen = {
        **{dim: evenly(full[dim], number) for dim, number in zip(free, wanted, strict=True)},
        **{dim: (slice(index, index + 1, 1),) for dim, index in fixed.items()},
    }
    numbers = _read(dataset, [chosen[dim] for dim in full])
    at = {dim: labels(scale, full[dim], chosen[dim]) for dim, scale in dims}
    header = {
        "dims": free,
        "shape": [len(at[dim]) for dim in free],
        "labels": {dim: at[dim] for dim in free},
        "full": full,
        "fixed": {dim: {"index": fixed[dim], "label": at[dim][0]} for dim in fixed},
        "attrs": {key: attribute(dataset, key) for key in ("long_name", "units")},
    }
    return header, numbers.tobytes()


def _variable(group: h5py.Group, name: str) -> h5py.Dataset:
    dataset = member(group, name) if "/" not in name else None
    if not isinstance(dataset, h5py.Dataset):
        raise Problem(f"there is no variable {name!r} in {group.name!r}")
    if dataset.shape is None or dataset.dtype.kind not in "iufb":
        raise Problem(f"{name!r} is of type {dataset.dtype}; expected numbers")
    return dataset


def _asked(
    query: Mapping[str, str], full: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, int]]:
    """The fixed indices, and the largest numbers of entries."""
    fixed, most = {}, {}
    for key, text in query.items():
        dim = key if key in full else key.removeprefix(_PREFIX)
        if dim not in full:
            raise Problem(f"{dim!r} is not a dimension; expected one of {list(full)}", 400)
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise Problem(f"{key}={text!r}; expected a whole number", 400)
        number, size = int(text), full[dim]
        if dim != key:
            if number < 1:
                raise Problem(f"{key}={number}; expected 1 to {MOST_ALLOWED}", 400)
            most[dim] = min(number, MOST_ALLOWED)
        elif -size <= number < size:
            fixed[dim] = number % size
        else:
            raise Problem(f"{key}={number}; expected {-size} to {size - 1}", 400)
    return fixed, most


def _nearest(
    near: Mapping[str, str], scales: Mapping[str, h5py.Dataset | None], full: Mapping[str, int]
) -> dict[str, int]:
    """The index of the entry whose coordinate is nearest to a number, by dimension."""
    fixed = {}
    for key, text in near.items():
        dim = key.removeprefix(_NEAR)
        if not full.get(dim):
            raise Problem(f"{dim!r} is not a dimension with entries of {list(full)}", 400)
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise Problem(f"{key}={text!r}; expected a whole number", 400)
        coordinates = labels(scales[dim], full[dim], evenly(full[dim], full[dim]))
        numbers = [n if isinstance(n, int | float) else math.inf for n in coordinates]
        fixed[dim] = min(range(full[dim]), key=lambda i: abs(numbers[i] - int(text)))
    return fixed


def _read(dataset: h5py.Dataset, chosen: Sequence[Sequence[slice]]) -> np.ndarray:
    """The selected entries of every dimension, as float32."""
    blocks = [_places(slices) for slices in chosen]
    numbers = np.empty([sum(p.stop - p.start for _, p in axis) for axis in blocks], "<f4")
    for block in itertools.product(*blocks):
        source, target = tuple(s for s, _ in block), tuple(t for _, t in block)
        with np.errstate(over="ignore", invalid="ignore"):
            numbers[target] = dataset[source]
    return numbers


def _places(slices: Sequence[slice]) -> list[tuple[slice, slice]]:
    """Each slice, and where in the result its entries stand."""
    ends = [0, *itertools.accumulate(len(range(s.start, s.stop, s.step)) for s in slices)]
    return [(s, slice(*place)) for s, place in zip(slices, itertools.pairwise(ends), strict=True)]
