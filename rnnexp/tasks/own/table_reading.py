"""From the file of a table to the examples of its task."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnexp.tasks.checks import SPLITS
from rnnexp.tasks.constant_guess import constant_guess_score
from rnnexp.tasks.examples import Inputs
from rnnexp.tasks.own.prepared import Prepared
from rnnexp.tasks.own.table_columns import Column, column
from rnnexp.tasks.own.table_dates import dates
from rnnexp.tasks.own.table_examples import Places, examples_at, whole_places, window_places
from rnnexp.tasks.own.table_features import features, filled, refuse_missing
from rnnexp.tasks.own.table_order import Order, ordered, parts_in_time
from rnnexp.tasks.own.table_target import Target, target_of
from rnnexp.tasks.own.text_table import TextTable, read_table

if TYPE_CHECKING:
    from rnnexp.tasks.own.table import Table


def prepared_table(task: "Table") -> Prepared:
    """Return the examples of a table.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file does not fit; the text names the line and the column.
    """
    table = read_table(Path(task.path), task.separator, task.encoding)
    times = None if task.date is None else dates(table, task.date, task.date_format)
    target = column(table, task.target, "target", task.decimal)
    read = [column(table, name, "columns", task.decimal) for name in read_names(task, table)]
    order = ordered(_series(task, table), times, table.lines, _largest_gap(task))
    if task.missing == "refuse":
        refuse_missing({one.name: one for one in [*read, target]}.values())
    target = _in(order, target)
    read = [_in(order, one) for one in read]
    notes = _notes(task, table, order, [*read, target])
    if task.missing == "previous":
        read = [filled(one, order.stretches) for one in read]
    usable = ~np.any([one.missing for one in read], axis=0)
    places, training = _places(task, order, times, target, usable)
    values, names = features(read, training)
    found = target_of(target, task.target_kind, places, training)
    return replace(_as_prepared(task, places, values, names, found), notes=notes)


def read_names(task: "Table", table: TextTable) -> Sequence[str]:
    """Return the names of the columns that a model reads.

    Raises:
        ValueError: The target is among them although it would tell the answer, or there is none.
    """
    tells = task.horizon == 0 or task.whole_series
    if tells and task.target in task.columns:
        raise ValueError(
            f"columns contains the target {task.target!r}, which an example reads in the same row, "
            "expected other columns: leave it out, or set a horizon of at least 1"
        )
    left_out = {task.date, task.group, "", task.target if tells else ""}
    names = task.columns or [name for name in table.names if name not in left_out]
    if not names:
        raise ValueError(
            f"there is no column to read beside {task.target!r}, expected at least one: set a "
            "horizon of at least 1, or add columns"
        )
    return names


def _series(task: "Table", table: TextTable) -> np.ndarray:
    if task.group is None:
        return np.zeros(len(table.lines), dtype=int)
    cells = table.column(task.group, "group").astype(str)
    if (cells == "").any():
        line = table.lines[int((cells == "").argmax())]
        raise ValueError(
            f"line {line}, column {task.group}: the cell is empty, expected the name of a series: "
            "fill it in"
        )
    _, first, numbers = np.unique(cells, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[numbers]  # in the order of the file


def _largest_gap(task: "Table") -> np.timedelta64 | None:
    import pandas

    if task.largest_gap is None:
        return None
    try:
        gap: np.timedelta64 = pandas.Timedelta(task.largest_gap).to_timedelta64()
    except ValueError as error:
        raise ValueError(
            f"largest_gap is {task.largest_gap!r}, expected a time: set for instance "
            "largest_gap='3 days'"
        ) from error
    return gap


def _notes(task: "Table", table: TextTable, order: Order, columns: Sequence[Column]) -> list[str]:
    notes = [
        f"column {number} has no name and is left out"
        for number, name in enumerate(table.names, 1)
        if not name and not task.columns
    ]
    if order.gaps:
        first = order.gaps[0]
        number = "1 gap" if len(order.gaps) == 1 else f"{len(order.gaps)} gaps"
        notes.append(
            f"{number} in the dates, which no example contains; the first between line "
            f"{first.before} and line {first.after}"
        )
    empty = sum(int(one.missing.sum()) for one in {one.name: one for one in columns}.values())
    if empty:
        rule = {"skip": "left out with their examples", "previous": "read as the value before"}
        notes.append(f"empty cells: {empty}, {rule[task.missing]}")
    return notes


def _in(order: Order, one: Column) -> Column:
    return replace(one, values=one.values[order.rows], lines=one.lines[order.rows])


def _places(
    task: "Table", order: Order, times: np.ndarray | None, target: Column, usable: np.ndarray
) -> tuple[Places, np.ndarray]:
    """Return where the examples are, and which rows decide scales and categories."""
    if task.whole_series:
        shares = {"validation": task.validation_share, "test": task.test_share}
        places = whole_places(order, target, shares, usable, task.length)
        training = np.zeros(len(usable), dtype=bool)
        training[np.concatenate(places.inputs["train"])] = True
        return places, training
    parts = parts_in_time(order, times, task.validation_share, task.test_share)
    known = ~target.missing
    places = window_places(order, parts, task.length, task.horizon, usable, known)
    return places, parts == SPLITS.index("train")


def _as_prepared(
    task: "Table", places: Places, values: np.ndarray, names: Sequence[str], target: Target
) -> Prepared:
    examples, padded = examples_at(places, values, target.values, task.length)
    train, test = (examples[split].y for split in ("train", "test"))
    guesses = {}
    if task.horizon and not task.whole_series:
        guesses = _last_value(places, target, task.length)
    return Prepared(
        inputs=Inputs("numbers", len(names), padded),
        targets=target.targets,
        input_names=names,
        target_names=target.names,
        examples=examples,
        baseline=constant_guess_score(target.targets, (train, None), (test, None)),
        guesses=guesses,
    )


def _last_value(places: Places, target: Target, length: int) -> dict[str, float]:
    """Return the test score of the target in the last row that a window reads."""
    last = np.asarray(places.inputs["test"]) + length - 1
    guess, y = target.values[last], target.values[places.targets["test"]]
    if target.targets.kind == "class":
        return {"last class": float(np.mean(guess == y))}
    score = float(np.mean((guess - y) ** 2, dtype=np.float64))
    return {"last value": score} if np.isfinite(score) else {}
