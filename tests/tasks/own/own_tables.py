"""Small tables of a person's own, and the task on them."""

import tempfile
from pathlib import Path

import numpy as np
import pandas

from rnnexp.tasks import Table


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
