"""Small tables of a person's own, and the task on them."""

import tempfile
from pathlib import Path

import numpy as np
import pandas

from rnnexp.tasks import Table
from rnnexp.tasks.checks import SPLITS


def table_task(table, **settings):
    """The task on a table, or on the text of a file, that is gone once it is read."""
    text = table if isinstance(table, str | bytes) else table.to_csv(index=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "my.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        task = Table(str(path), **settings)
        task.prepared()
        return task


def hourly(rows, seed=0):
    """A table as a newcomer has it: dates, a row number, a number and a text."""
    rng = np.random.default_rng(seed)
    return pandas.DataFrame(
        {
            "time": pandas.date_range("2024-03-01", periods=rows, freq="h"),
            "row": np.arange(rows),
            "wind": np.round(rng.normal(size=rows), 3),
            "sky": rng.choice(["clear", "rain", "snow"], rows),
        }
    )


def round_training(task, rows):
    """The number of training rows."""
    return rows - round(task.test_share * rows) - round(task.validation_share * rows)


def unscaled(scaled, training):
    """The whole numbers that were scaled so that the training ones have mean 0 and variance 1."""
    return np.rint(scaled * training.std() + training.mean()).astype(int)


def rows_read(task, split, training):
    """The number of every row that the examples of a split read, and that of their target's row.

    The first column that is read is the target too, and numbers the rows; `training` are those
    of the training rows.
    """
    x, y, _, _ = task.stored(split)
    read, target = unscaled(x[..., 0], training), unscaled(y[:, 0], training)
    return [(tuple(rows), row) for rows, row in zip(read.tolist(), target.tolist(), strict=True)]


def windows_by_hand(table, task, missing=()):
    """Every window without a gap and without a missing row, by the split of its target."""
    hours = ((table["time"] - pandas.Timestamp("2024-03-01")) / pandas.Timedelta("1h")).to_list()
    in_time = sorted(hours)
    first = in_time[round_training(task, len(table))]
    second = in_time[len(table) - round(task.test_share * len(table))]
    bounds = {"train": (0, first), "validation": (first, second), "test": (second, 10**9)}
    found = {split: [] for split in SPLITS}
    stations = table["station"].to_list() if "station" in table else [0] * len(table)
    for station in dict.fromkeys(stations):
        rows = sorted(
            (h, r) for h, r, s in zip(hours, table["row"], stations, strict=True) if s == station
        )
        for window in zip(*(rows[k:] for k in range(task.length + task.horizon)), strict=False):
            times, numbers = zip(*window, strict=True)
            if times[-1] - times[0] > len(times) - 1 or set(numbers) & set(missing):
                continue
            for split, (low, high) in bounds.items():
                if all(low <= time < high for time in times[task.length :]):
                    found[split].append((numbers[: task.length], numbers[-1]))
    return found


def with_holes(where):
    table = hourly(60).astype({"row": float, "sky": object})
    for row, name in where.items():
        table.loc[row, name] = np.nan
    return table
