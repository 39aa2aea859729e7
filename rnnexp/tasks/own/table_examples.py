"""The rows of a table as examples: windows of a series, or whole series."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.examples import Examples, padded
from rnnexp.tasks.own.prepared import ExampleRows
from rnnexp.tasks.own.table_columns import Column
from rnnexp.tasks.own.table_order import Order, ranges
from rnnexp.tasks.shares import divided
from rnnexp.tasks.windows import possible_starts, windows


@dataclass(frozen=True)
class Places:
    """Where the examples are in the ordered rows of a table.

    Attributes:
        inputs: For each split, the first row of each window, (N,), or all rows of each series, a
            list of (t,).
        targets: For each split, the row of each example's target, (N,).
    """

    inputs: Mapping[str, np.ndarray | list[np.ndarray]]
    targets: Mapping[str, np.ndarray]

    def of_targets(self, number: int, splits: tuple[str, ...] = SPLITS) -> np.ndarray:
        """Return which of `number` rows are targets in some of the splits, (number,) bool."""
        found = np.zeros(number, dtype=bool)
        for split in splits:
            found[self.targets[split]] = True
        return found


def window_places(
    order: Order,
    parts: np.ndarray,
    length: int,
    horizon: int,
    usable: np.ndarray,
    known: np.ndarray,
) -> Places:
    """Return the windows that lie within a stretch and whose target lies within their split.

    Args:
        order: The order of the rows.
        parts: (rows,) the split of each row; see `parts_in_time`.
        length: The number of rows that an example reads.
        horizon: How many rows after the last of these the target is.
        usable: (rows,) bool, whether a row may be read.
        known: (rows,) bool, whether a row has a target.

    Raises:
        ValueError: A split has no window.
    """
    # The target at horizon 0 is in the last row that is read: the rows before it are the past.
    past, ahead = (length, horizon) if horizon else (length - 1, 1)
    starts: dict[str, list[np.ndarray]] = {split: [] for split in SPLITS}
    for places, splits in ranges(order, parts):
        for split, part in splits.items():
            local = possible_starts(usable[places], past, ahead, part)
            starts[split].append(local + places.start)
    inputs, targets = {}, {}
    for split, found in starts.items():
        first = np.concatenate(found)
        first = first[known[first + past + ahead - 1]]
        if not len(first):
            raise ValueError(_no_window(split, order, length, horizon))
        inputs[split] = first
        targets[split] = first + past + ahead - 1
    return Places(inputs, targets)


def _no_window(split: str, order: Order, length: int, horizon: int) -> str:
    longest = int(np.bincount(order.stretches).max())
    gaps = ""
    if order.gaps:
        first = order.gaps[0]
        gaps = (
            f"; there are {len(order.gaps)} gaps, the first between line {first.before} and line "
            f"{first.after}: if such a time is no gap, set for instance "
            f"largest_gap={_time_text(first.time)}"
        )
    return (
        f"no window of length={length} rows with a target horizon={horizon} rows later is in the "
        f"{split} part, expected at least one: set a smaller length, or other shares. The longest "
        f"stretch has {longest} rows{gaps}"
    )


def _time_text(time: np.timedelta64) -> str:
    """Return a time as pandas reads it, such as 3D, 90min or 2h."""
    seconds = float(time / np.timedelta64(1, "s"))
    for unit, size in (("D", 86400), ("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:g}s"


def whole_places(
    order: Order,
    target: Column,
    shares: Mapping[str, float],
    usable: np.ndarray,
    length: int,
) -> Places:
    """Return every series as one example, divided at random with a fixed seed.

    Args:
        order: The order of the rows.
        target: The target column in this order, the same in all rows of a series.
        shares: The shares of validation and test.
        usable: (rows,) bool, whether a row may be read.
        length: The largest number of rows of a series.

    Raises:
        ValueError: A series has different targets, no target, or more rows.
    """
    texts, series = target.texts(), []
    for number in np.unique(order.series):
        places = np.flatnonzero(order.series == number)
        other = places[texts[places] != texts[places[0]]]
        if len(other) or not texts[places[0]]:
            line = target.lines[other[0] if len(other) else places[0]]
            raise ValueError(
                f"line {line}, column {target.name}: the target differs from that of the row "
                f"before it or is empty, expected the same in all rows of a series: correct it"
            )
        readable = places[usable[places]]
        if len(readable) > length:
            raise ValueError(
                f"the series that ends on line {target.lines[places[-1]]} has {len(readable)} "
                f"rows, expected at most length={length}: set length={len(readable)} or more"
            )
        if len(readable):
            series.append(readable)
    lasts = np.array([places[-1] for places in series])
    groups = None if target.numeric else texts[lasts].astype(str)
    chosen = divided(len(series), shares, 0, groups)
    return Places(
        {split: [series[k] for k in rows] for split, rows in chosen.items()},
        {split: lasts[rows] for split, rows in chosen.items()},
    )


@dataclass(frozen=True)
class WindowRows:
    """Windows of a table, made when they are asked for: together they are `length` times as large.

    Attributes:
        values: (rows, D) what is read of each row.
        firsts: (N,) the first row of each window.
        length: The number of rows T of a window.
        y: The targets, (N,) or (N, 1).
    """

    values: np.ndarray
    firsts: np.ndarray
    length: int
    y: np.ndarray

    def rows(self, chosen: slice | np.ndarray) -> Examples:
        """Return the chosen examples."""
        return Examples(windows(self.values, self.firsts[chosen], self.length), self.y[chosen])


def examples_at(
    places: Places, values: np.ndarray, targets: np.ndarray, length: int
) -> tuple[dict[str, ExampleRows], bool]:
    """Return the examples of each split, and whether some of them are padded.

    Args:
        places: Where the examples are.
        values: (rows, D) what is read of each row.
        targets: The target of each row.
        length: The number of timesteps T.
    """
    found: dict[str, ExampleRows] = {}
    padding = False
    for split in SPLITS:
        rows, y = places.inputs[split], targets[places.targets[split]]
        if isinstance(rows, np.ndarray):
            found[split] = WindowRows(values, rows, length, y)
        else:
            found[split] = Examples(padded([values[own] for own in rows], length), y)
            padding = padding or any(len(own) < length for own in rows)
    return found, padding
