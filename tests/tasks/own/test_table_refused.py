"""Tables that do not fit: each is refused with its line and column, and with how to mend it."""

import numpy as np
import pandas
import pytest

from tests.tasks.own.own_tables import hourly, table_task

TABLE = hourly(60)
PLAIN = TABLE.to_csv(index=False)
LINES = PLAIN.splitlines()


def changed(line, text):
    """The file with another text on a line, numbered from 1 as in an editor."""
    return "\n".join([*LINES[: line - 1], text, *LINES[line:]])


def cell(line, column, text):
    """The file with another text in a cell."""
    cells = LINES[line - 1].split(",")
    cells[LINES[0].split(",").index(column)] = text
    return changed(line, ",".join(cells))


def groups(**columns):
    """Three series of four rows, with these columns."""
    return pandas.DataFrame({"id": np.repeat(list("abc"), 4), "value": np.arange(12.0), **columns})


FILES = {
    "empty": ("", "it is empty, expected a line with the names of the columns, and rows"),
    "blank": ("\n  \n", "it is empty, expected"),
    "one line": (
        LINES[0],
        "it has one line, 'time,row,wind,sky', expected the names of the columns",
    ),
    "no names": (
        PLAIN.partition("\n")[2]
        .replace("2024-03-01 00:00:00", "1")
        .replace("snow", "2")
        .replace("rain", "2")
        .replace("clear", "2"),
        "its first line is '1, 0, .*put a line with names",
    ),
    "a name twice": (
        changed(1, "time,row,wind,wind"),
        "two columns are called 'wind', expected diff",
    ),
    "a cell too many": (
        changed(9, LINES[8] + ",4"),
        "line 9 has 5 cells, expected 4 as the first l",
    ),
    "a cell too few": (
        changed(9, "2024-03-01 07:00:00,7,0.2"),
        "line 9 has 3 cells, expected 4 as",
    ),
    "a quote that stays open": (
        cell(9, "sky", '"rain'),
        r"line \d+: unexpected end of data, .* quotes",
    ),
    "text after a quote": (
        cell(9, "sky", '"ra"in'),
        r"line 9: ',' expected after '\"', expected cells",
    ),
    "bytes of zero": (cell(9, "sky", "a\0b"), "it is no text, expected comma-separated values"),
    "another encoding": (
        cell(9, "sky", "grün").encode("latin-1"),
        r"it cannot be read: not UTF-8 at b.*set another encoding",
    ),
    "no number": (
        cell(9, "wind", "calm"),
        "line 9, column wind: 'calm' is no number, but 59 other",
    ),
    "another decimal": (cell(9, "wind", '"0,5"'), r"line 9, column wind: '0,5' is no number.*'\.'"),
    "infinite": (
        cell(9, "wind", "-inf"),
        "line 9, column wind: '-inf' is infinite, expected a num",
    ),
    "too large": (
        cell(9, "wind", "1e999"),
        "line 9, column wind: '1e999' is infinite, expected a n",
    ),
    "an empty cell": (
        cell(9, "wind", ""),
        r"line 9, column wind: the cell is empty, .* missing=skip",
    ),
    "a missing text": (
        cell(9, "sky", "NA"),
        "line 9, column sky: the cell is empty, expected a value",
    ),
    "two empty cells": (
        cell(9, "sky", "").replace("03:00:00,3,", "03:00:00,,"),
        r"line 5, column row: the cell is empty \(and 1 more\)",
    ),
    "no date": (
        cell(9, "time", "soon"),
        "line 9, column time: 'soon' is no date, expected one as 2020",
    ),
    "an empty date": (
        cell(9, "time", ""),
        "line 9, column time: '' is no date, expected one as 2020-1",
    ),
    "a date twice": (
        cell(9, "time", "2024-03-01 03:00:00"),
        r"lines 5 and 9 have the same date 2024-03-01.03:00:00, .* group=",
    ),
    "a column without values": (TABLE.assign(wind=""), "column wind has no value, expected some"),
    "German thousands": (
        TABLE.assign(wind=[f"{i}.374,5" for i in range(60)]).to_csv(index=False, sep=";"),
        r"column wind has numbers such as '0\.374,5' with '\.' between thousands, .*without",
    ),
    "English thousands": (
        TABLE.assign(wind=[f"{i},374.5" for i in range(60)]).to_csv(index=False),
        r"column wind has numbers such as '0,374\.5' with ',' between thousands, .*without",
    ),
    "other decimals": (
        TABLE.to_csv(index=False, sep=";", decimal=","),
        "column wind has numbers such as '.*', expected '.' as the decimal separator: set decimal",
    ),
    "too many texts": (
        TABLE.assign(sky=[f"s{k}" for k in range(60)])
        .sample(250, replace=True, random_state=0)
        .assign(time=pandas.date_range("2024", periods=250), sky=[f"s{k}" for k in range(250)]),
        "column sky has 250 different texts such as 's0', expected at most 200",
    ),
    "a late class": (
        cell(61, "sky", "hail"),
        r"line 61, column sky: 'hail' is a class that no training .* clear, rain, snow: ",
    ),
    "one class": (
        TABLE.assign(sky="rain"),
        "column sky has the one class rain in the training data",
    ),
    "rows in no order of time": (
        TABLE.assign(time=TABLE["time"] + pandas.to_timedelta(np.arange(60) ** 2, "D")),
        r"no window of length=3 rows .* is in the train .* the first between line 3 and line 4",
    ),
    "too short": (
        TABLE.head(4),
        "no window of length=3 rows with a target horizon=1 rows later is in the train",
    ),
}
SETTINGS = {
    "another target": (
        {"target": "skye"},
        "target names the column 'skye', did you mean sky\\? expected one of time, row,",
    ),
    "another column": (
        {"columns": ["wnid"]},
        "columns names the column 'wnid', did you mean wind\\?",
    ),
    "another date": ({"date": "tame"}, "date names the column 'tame', did you mean time\\?"),
    "another group": (
        {"group": "station"},
        "group names the column 'station', expected one of time,",
    ),
    "a column of dates": ({"date": None}, "column time has dates such as .* set date=time"),
    "another form of dates": (
        {"date_format": "%d.%m.%Y"},
        r"line 2, column time: '.*' is no date, expected one as %d\.%m\.%Y",
    ),
    "the answer": (
        {"horizon": 0, "columns": ["sky", "wind"]},
        "columns contains the target 'sky', which .*horizon of at least 1",
    ),
    "nothing to read": (
        {"horizon": 0, "target": "row", "columns": ["row"]},
        "columns contains the target 'row'",
    ),
    "a text as a number": (
        {"target_kind": "numbers"},
        "line 2, column sky: '.*' is no number, expected numbers",
    ),
    "longer than a split": (
        {"length": 60},
        "no window of length=60 rows .* is in the train part, .* longest stretch has 60 rows$",
    ),
    "no time": (
        {"largest_gap": "long"},
        "largest_gap is 'long', expected a time: set for instance",
    ),
    "another separator": (
        {"separator": ";"},
        "its first line .* is not divided by ';' but has ',' 3 times, .* separator=null",
    ),
}
WHOLE = {
    "other targets": (
        groups(kind=list("xxxxyyyyxxyx")),
        "line 12, column kind: the target differs from that of the row",
    ),
    "an empty group": (
        groups(kind=list("xxxxyyyyxxxx")).replace({"id": {"b": ""}}),
        "line 6, column id: the cell is empty, expected the name of a series",
    ),
    "longer series": (
        groups(kind=list("xxxxyyyyxxxx")),
        "the series that ends on line 5 has 4 rows, expected at most length=3: set length=4",
    ),
    "few series": (
        groups(kind=list("xxxxyyyyxxxx")),
        "3 rows are divided into .*expected at least 1 for validation",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_does_not_fit(case):
    file, message = FILES[case]
    with pytest.raises(ValueError, match=rf"^/.*my\.csv: {message}"):
        table_task(file, target="sky", date="time", length=3)


@pytest.mark.parametrize("case", SETTINGS)
def test_a_setting_that_does_not_fit_the_file(case):
    asked, message = SETTINGS[case]
    with pytest.raises(ValueError, match=rf"^/.*my\.csv: {message}"):
        table_task(PLAIN, **{"target": "sky", "date": "time", "length": 3, **asked})


@pytest.mark.parametrize("case", WHOLE)
def test_series_that_do_not_fit(case):
    table, message = WHOLE[case]
    length = 3 if case == "longer series" else 4
    with pytest.raises(ValueError, match=rf"^/.*my\.csv: {message}"):
        table_task(table, target="kind", group="id", whole_series=True, length=length)
