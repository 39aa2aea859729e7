"""The same table in other forms, and with empty cells."""

import numpy as np
import pytest

from rnnexp.tasks.checks import SPLITS
from tests.laws import test_every_task as laws
from tests.tasks.own.own_tables import (
    hourly,
    round_training,
    rows_read,
    table_task,
    windows_by_hand,
    with_holes,
)

SIMPLE = {"target": "row", "date": "time", "length": 3}
READS = {"columns": ["row"], **SIMPLE}


PLAIN = hourly(60).to_csv(index=False)
WAYS = {
    "semicolons": (PLAIN.replace(",", ";"), {}),
    "tabs": (PLAIN.replace(",", "\t"), {}),
    "a given separator": (PLAIN.replace(",", "|"), {"separator": "|"}),
    "german numbers": (PLAIN.replace(",", ";").replace(".", ","), {"decimal": ","}),
    "german dates": (
        hourly(60).to_csv(index=False, date_format="%d.%m.%Y %H:%M"),
        {},
    ),
    "american dates": (
        hourly(60).to_csv(index=False, date_format="%m/%d/%Y %I%p"),
        {"date_format": "%m/%d/%Y %I%p"},
    ),
    "quotes": (hourly(60).to_csv(index=False, quoting=1), {}),
    "lines of Windows": (PLAIN.replace("\n", "\r\n"), {}),
    "a mark of the byte order": ("\ufeff" + PLAIN, {}),
    "blank lines": (PLAIN.replace("\n", "\n\n") + "\n\n", {}),
    "blanks around cells": (PLAIN.replace(",", " , "), {}),
    "a separator at the end": (PLAIN.replace("\n", ",\n"), {}),
    "an index of pandas": (hourly(60).to_csv(), {}),
    "another encoding": (PLAIN.encode("utf-16"), {"encoding": "utf-16"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_table_in_another_form_is_the_same_task(way):
    text, asked = WAYS[way]
    expected, task = table_task(PLAIN, **SIMPLE), table_task(text, **SIMPLE, **asked)
    assert task.input_names == expected.input_names
    for split in SPLITS:
        assert laws.same(task.stored(split), expected.stored(split))


HOLES = {4: "wind", 17: "sky", 18: "sky", 40: "wind", 50: "row"}


def test_skip_leaves_out_what_would_contain_an_empty_cell():
    table = hourly(60)
    where = {row: name for row, name in HOLES.items() if name != "row"}
    task = table_task(with_holes(where), **SIMPLE, missing="skip")
    training = np.arange(round_training(task, len(table)))
    for split, expected in windows_by_hand(table, task, missing=where).items():
        assert rows_read(task, split, training) == expected


def test_previous_reads_the_value_before_but_no_target_is_made_up():
    table = with_holes(HOLES)
    task = table_task(table, **SIMPLE, missing="previous")
    expected = table_task(table.ffill(), **SIMPLE)
    assert task.inputs == expected.inputs
    for split in SPLITS:
        x, y, _, _ = task.stored(split)
        all_x, all_y, _, _ = expected.stored(split)
        known = np.ones(len(all_x), dtype=bool)
        if split == "validation":  # its targets are the rows 42 to 50, and 50 has none
            known[50 - 42] = False
        np.testing.assert_allclose(x, all_x[known], rtol=1e-5)
        np.testing.assert_allclose(y, all_y[known], rtol=1e-5)
