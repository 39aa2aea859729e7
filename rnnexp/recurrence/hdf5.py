"""A diagnostics.nc as HDF5: its groups, dimensions and attributes, read without trust.

An HDF5 file can name other files, by links or as the place of an array's data. None of them is
opened, because they may lie outside of the folders that TensorBoard was told to show.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import h5py
import numpy as np

from rnnexp.recurrence.problems import Problem, unreadable
from rnnexp.recurrence.selection import indices
from rnnexp.recurrence.version import version_of

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MOST_BYTES = 2**18  # of an attribute
_MOST_NAMES = 1000  # layers of a file, variables or attributes of a layer
_MOST_TOLD = 20  # names in a message
_MOST_CHARACTERS = 200  # of a label
_NO_COORDINATE = "This is a netCDF dimension but not a netCDF variable"


@contextmanager
def opened(path: str) -> Iterator[tuple[h5py.File, str]]:
    """Open a file that may be replaced at any time.

    Yields:
        The file, and the version that it is of.
    """
    for _ in range(10):
        before = version_of(path)
        with open(path, "rb") as file:
            start = file.read(len(_SIGNATURE))
        if start != _SIGNATURE:
            raise unreadable("it is not a NetCDF-4 file" if start else "it is empty")
        with h5py.File(path, "r", locking=False) as file:
            if version_of(path) == before:
                yield file, before
                return
    raise unreadable("it is replaced again and again")


def member(group: h5py.Group, path: str) -> h5py.Group | h5py.Dataset | None:
    """What stands in a group under a path, if that is in the same file."""
    item: Any = group
    for name in path.split("/"):
        if not isinstance(item, h5py.Group):
            return None
        try:
            link = item.id.links.get_info(_encoded(name))
        except (KeyError, RuntimeError, ValueError):
            return None
        if link.type != h5py.h5l.TYPE_HARD:
            return None
        item = item[_encoded(name)]
    if isinstance(item, h5py.Dataset):
        created = item.id.get_create_plist()
        elsewhere = created.get_external_count() or created.get_layout() == h5py.h5d.VIRTUAL
        return None if elsewhere else item
    return item if isinstance(item, h5py.Group) else None


def members(group: h5py.Group) -> Iterator[tuple[str, h5py.Group | h5py.Dataset]]:
    """The first members of a group, without those that are in other files."""
    for _, name in zip(range(_MOST_NAMES), group, strict=False):
        item = member(group, _decoded(name))
        if item is not None:
            yield _text(name), item


def layer_names(file: h5py.File) -> list[str]:
    """The names of the recurrent layers, in the order of the model."""
    if "layers" not in file.attrs:
        raise unreadable("it has no attribute `layers`, so rnnexp did not write it")
    names = np.atleast_1d(_attribute(file, "layers"))[:_MOST_NAMES].tolist()
    if not all(isinstance(name, str | bytes) for name in names):
        raise unreadable("its attribute `layers` is not a list of names")
    return [_text(name) for name in names]


def layer(file: h5py.File, name: str) -> h5py.Group:
    """The group of a listed layer; that of the whole file has no name."""
    if not name:
        return file
    names = layer_names(file)
    if name not in names:
        raise Problem(f"there is no layer {name!r}; expected one of {names[:_MOST_TOLD]}")
    return layer_group(file, name)


def layer_group(file: h5py.File, name: str) -> h5py.Group:
    """The group of a layer whose name is known to be listed."""
    group = member(file, name)
    if not isinstance(group, h5py.Group):
        raise unreadable(f"its layer {name!r} is missing")
    return group


def attribute(item: h5py.Group | h5py.Dataset, name: str) -> str:
    """An attribute as text; an empty one if there is none."""
    if _encoded(name) not in item.attrs:
        return ""
    value = _attribute(item, name)
    if isinstance(value, h5py.Empty):
        return ""
    return _text(value) if isinstance(value, str | bytes) else _as_json(value)


def attributes(item: h5py.Group) -> dict[str, str]:
    """The attributes of a group as text, without those that NetCDF keeps for itself."""
    names = [_decoded(name) for _, name in zip(range(_MOST_NAMES), item.attrs, strict=False)]
    return {_text(n): attribute(item, n) for n in names if not n.startswith("_N")}


def dimensions(dataset: h5py.Dataset) -> list[tuple[str, h5py.Dataset | None]]:
    """The name and, where there is one, the coordinate of each dimension."""
    scales = [_scale(dataset, axis) for axis in range(dataset.ndim)]
    named: list[tuple[str, h5py.Dataset | None]] = []
    for axis, scale in enumerate(scales):
        name = _own_name(scale) if scale is not None else ""
        if not name or name in dict(named):
            name = f"{name or 'dim'}_{axis}"
        named.append((name, scale))
    return named


def labels(scale: h5py.Dataset | None, size: int, slices: Sequence[slice]) -> list[Any]:
    """The coordinate's values at selected entries; 1 … n where there is no coordinate."""
    counted = [i + 1 for i in indices(size, slices)]
    if scale is None or scale.shape != (size,):
        return counted
    if attribute(scale, "NAME").startswith(_NO_COORDINATE):
        return counted
    kind = h5py.check_string_dtype(scale.dtype)
    if kind is None and scale.dtype.kind not in "iufb":
        return counted
    if kind is not None:
        texts = scale.asstr("utf-8", "replace")
        return [str(text)[:_MOST_CHARACTERS] for part in slices for text in texts[part]]
    numbers = scale.astype("f8") if scale.dtype.kind == "f" else scale
    return [finite(number) for part in slices for number in numbers[part].tolist()]


def finite(value: Any) -> Any:
    """A number as JSON can hold it: None where it is infinite or not a number."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _scale(dataset: h5py.Dataset, axis: int) -> h5py.Dataset | None:
    try:
        if attribute(dataset, "CLASS") == "DIMENSION_SCALE" and dataset.ndim == 1:
            return dataset
        scales = dataset.dims[axis]
        scale = scales[0] if len(scales) else None
    except Exception:  # HDF5 raises its own for each damage; the numbers may be whole
        return None
    return (
        scale if scale is not None and scale.name and member(scale.file, scale.name[1:]) else None
    )


def _own_name(scale: h5py.Dataset) -> str:
    return _text(scale.name.rpartition("/")[2])


def _attribute(item: h5py.Group | h5py.Dataset, name: str) -> Any:
    stored = h5py.h5a.open(item.id, _encoded(name))
    size = stored.get_space().get_simple_extent_npoints() * stored.get_type().get_size()
    value = f"({size} bytes, left out)" if size > _MOST_BYTES else item.attrs[_encoded(name)]
    if isinstance(value, str | bytes) and len(value) > _MOST_BYTES:
        return f"({len(value)} characters, left out)"
    return value


def _text(value: str | bytes) -> str:
    return _encoded(value).decode("utf-8", "replace")


def _encoded(name: str | bytes) -> bytes:
    return name if isinstance(name, bytes) else name.encode("utf-8", "surrogateescape")


def _decoded(name: str | bytes) -> str:
    """A name as h5py lists it, which is of bytes where they are not UTF-8."""
    return _encoded(name).decode("utf-8", "surrogateescape")


def _as_json(value: Any) -> str:
    return json.dumps(np.asarray(value).tolist(), default=lambda other: _text(str(other)))
