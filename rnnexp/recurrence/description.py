"""What a diagnostics.nc and its layers hold, without the numbers."""

import json
import math
from typing import Any

import h5py

from rnnexp.recurrence.hdf5 import (
    attribute,
    attributes,
    dimensions,
    finite,
    labels,
    layer,
    layer_group,
    layer_names,
    member,
    members,
)
from rnnexp.recurrence.selection import evenly

_MOST_LABELS = 2000
_LISTS = ("states", "gates", "weights")


def summary(file: h5py.File) -> dict[str, Any]:
    """What the list of runs tells of one."""
    groups = {name: layer_group(file, name) for name in layer_names(file)}
    steps: list[Any] = max(map(_steps, groups.values()), key=lambda s: s[0], default=[0, None])
    settings = _parsed(attribute(file, "settings"))
    return {
        "title": attribute(file, "title"),
        "settings": settings if isinstance(settings, dict) else {},
        "layers": [_of_layer(name, group) for name, group in groups.items()],
        "steps": steps[0],
        "last_step": steps[1],
        "snapshots": max((_size(group, "snapshot") or 0 for group in groups.values()), default=0),
    }


def description(file: h5py.File, name: str) -> dict[str, Any]:
    """What there is to be read of one layer, or of the whole file if the name is empty."""
    group = layer(file, name)
    texts: dict[str, Any] = dict(attributes(group))
    variables, coordinates, full = {}, {}, {}
    for variable, dataset in members(group):
        if not isinstance(dataset, h5py.Dataset):
            continue
        dims = dimensions(dataset)
        for (dim, scale), size in zip(dims, dataset.shape, strict=True):
            if dim not in full:
                full[dim] = size
                coordinates[dim] = labels(scale, size, evenly(size, _MOST_LABELS))
        if [dim for dim, _ in dims] == [variable]:
            continue  # a coordinate
        variables[variable] = {
            "dims": [dim for dim, _ in dims],
            "shape": list(dataset.shape),
            "long_name": attribute(dataset, "long_name"),
            "units": attribute(dataset, "units"),
        }
    parsed = {key: _parsed(texts[key]) for key in _LISTS if key in texts}
    texts |= {key: value for key, value in parsed.items() if isinstance(value, list | dict)}
    return {"attributes": texts, "variables": variables, "labels": coordinates, "full": full}


def _of_layer(name: str, group: h5py.Group) -> dict[str, Any]:
    kept = ("layer_class", "equation", "direction", "memory")
    return {
        "name": name,
        **{key: attribute(group, key) for key in kept},
        "states": _names(attribute(group, "states")),
        "gates": _names(attribute(group, "gates")),
        "units": _size(group, "unit"),
        "timesteps": _size(group, "time"),
        "carried": _carried(group),
    }


def _carried(group: h5py.Group) -> float | None:
    """What is carried from the layer's first timestep to the end at the last step, 0 to 1."""
    carried = member(group, "carried")
    if not isinstance(carried, h5py.Dataset) or carried.ndim != 2 or carried.dtype.kind != "f":
        return None
    if not all(carried.shape):
        return None
    is_backward = attribute(group, "direction") == "backward"
    number = float(carried[-1, -1 if is_backward else 0])
    return number if 0 <= number <= 1 else None


def _steps(group: h5py.Group) -> list[Any]:
    """How many steps there are, and the last one."""
    scale = member(group, "step")
    if not isinstance(scale, h5py.Dataset) or scale.ndim != 1 or not scale.size:
        return [0, None]
    return [scale.size, *labels(scale, scale.size, evenly(scale.size, 1))]


def _size(group: h5py.Group, dimension: str) -> int | None:
    scale = member(group, dimension)
    if not isinstance(scale, h5py.Dataset) or scale.ndim != 1:
        return None
    return int(scale.shape[0])


def _names(text: str) -> list[str]:
    names = _parsed(text)
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _parsed(text: str) -> Any:
    """The value of a JSON text, with None for what only Python's JSON has; None if it is none."""
    try:
        return json.loads(text, parse_constant=lambda _: None, parse_float=_float)
    except (ValueError, RecursionError):
        return None


def _float(digits: str) -> float | None:
    number = float(digits)
    return finite(number) if math.isinf(number) else number
