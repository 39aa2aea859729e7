"""Objects in a config, each with its arguments, as one value with a short label."""

from collections.abc import Iterator, Sequence
from typing import Any

from rnnexp.report.group.class_names import class_names
from rnnexp.report.group.values import ABSENT, distinct_labels, format_value, partition, varies

TARGET = "._target_"

Columns = dict[str, list[Any]]


def merge_objects(columns: Columns, roots: Sequence[str]) -> Columns:
    """Replace the settings of each nested object whose class differs by one setting with a label.

    A learning rate that is 0.005 in one run and a `_target_` with arguments in another becomes one
    setting with the values 0.005 and "CosineDecay(decay_steps=100)". If all runs have the same
    class, its arguments remain settings of their own.

    Args:
        columns: The values of each run by dotted key.
        roots: Keys of objects that stay as they are.
    """
    for path in _objects(columns, roots):
        own = {k: v for k, v in columns.items() if k == path or k.startswith(f"{path}.")}
        labels = _labels(path, own)
        first = next(iter(own))
        columns = {
            path if key == first else key: labels if key == first else values
            for key, values in columns.items()
            if key == first or key not in own
        }
    return columns


def arguments_of(
    run: int, keys: Sequence[str], columns: Columns, prefix: str
) -> Iterator[tuple[str, str]]:
    """The arguments that a run has, by their key after the prefix, with their values as text."""
    for key in keys:
        if columns[key][run] is not ABSENT:
            yield key.removeprefix(prefix), format_value(columns[key][run])


def rows_by_class(classes: Sequence[Any]) -> dict[Any, list[int]]:
    """The positions of the runs that have each class."""
    rows: dict[Any, list[int]] = {}
    for i, name in enumerate(classes):
        rows.setdefault(name, []).append(i)
    return rows


def differing_within(rows: Sequence[int], keys: Sequence[str], columns: Columns) -> list[str]:
    """The keys whose values differ between some of the runs."""
    return [key for key in keys if varies(columns[key][row] for row in rows)]


def identities(columns: Columns) -> tuple[int, ...]:
    """Which runs have equal values in all columns, as `partition` says it."""
    return partition([*zip(*map(partition, columns.values()), strict=True)])


def _objects(columns: Columns, roots: Sequence[str]) -> list[str]:
    """The paths of objects to merge, the most deeply nested first."""
    parents = {parent for key in columns for parent in _parents(key)}
    found = {key for key in columns if key in parents}
    found |= {
        key.removesuffix(TARGET)
        for key, values in columns.items()
        if key.endswith(TARGET) and varies(values)
    }
    return sorted(found - set(roots), key=lambda path: (-path.count("."), path))


def _parents(key: str) -> Iterator[str]:
    while "." in key:
        key = key.rpartition(".")[0]
        yield key


def _labels(path: str, columns: Columns) -> list[Any]:
    """The value of each run: what stands at the path itself, or a label of the object there."""
    absent = [ABSENT] * len(next(iter(columns.values())))
    plain_values = columns.get(path, absent)
    classes = columns.get(path + TARGET, absent)
    arguments = [key for key in columns if key not in (path, path + TARGET)]
    names = class_names(str(name) for name in classes if name is not ABSENT)
    objects: list[Any] = list(plain_values)
    for name, rows in rows_by_class(classes).items():
        shown = arguments if name is ABSENT else differing_within(rows, arguments, columns)
        for i in rows:
            own = arguments_of(i, shown, columns, f"{path}.")
            if name is not ABSENT:
                text = ", ".join(f"{key}={value}" for key, value in own)
                objects[i] = f"{names[str(name)]}({text})" if text else names[str(name)]
            elif text := ", ".join(f"{key}: {value}" for key, value in own):
                objects[i] = f"{{{text}}}"
    return distinct_labels(objects, identities(columns))
