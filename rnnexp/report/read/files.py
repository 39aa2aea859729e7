"""The files of a run folder, read as far as they go, and a word on what could not be read."""

import csv
import io
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from rnnexp.files import reading
from rnnexp.report.read.layer_measurements import Measured, measured
from rnnexp.report.read.timed_worker import Apart
from rnnexp.report.text import plain

_MOST_BYTES, _MOST_COLUMNS, _MOST_ROWS = 2**24, 1000, 10**6
_EMPTY = ("", "nan")
_LARGEST_STEP = 2**53
_LARGEST = 1e100


def mapping(path: Path) -> tuple[dict[str, Any], str | None]:
    """The mapping in a JSON or YAML file, {} where there is none; and why."""
    try:
        value = reading.json_of(path) if path.suffix == ".json" else reading.yaml_of(path)
    except FileNotFoundError:
        return {}, f"no {path.name}"
    except reading.Unreadable as error:
        return {}, _broken(path, error)
    if not isinstance(value, dict):
        return {}, _broken(path, f"a {type(value).__name__}, not names and values")
    return value, None


def rows(path: Path) -> tuple[pd.DataFrame, str | None]:
    """The rows of metrics.csv that have a step, NaN for what is no number; and what they lack."""
    try:
        text, newline, rest = reading.text_of(path, _MOST_BYTES).rpartition("\n")
        table = islice(csv.reader(io.StringIO(text + newline)), _MOST_ROWS + 1)
        lines = [line for line in table if line]
        head = lines.pop(0) if lines else []
        if len(head) > _MOST_COLUMNS or len(lines) == _MOST_ROWS:
            raise ValueError("more columns or rows than any training has")
        if "step" not in head or len(set(head)) < len(head):
            raise ValueError("its head does not name every column, and step")
    except FileNotFoundError:
        return no_rows(), None
    except (reading.Unreadable, ValueError, csv.Error) as error:
        return no_rows(), _broken(path, error)
    found = pd.DataFrame([line for line in lines if len(line) == len(head)], columns=head)
    numbers = found.apply(pd.to_numeric, errors="coerce").astype("float64")
    numbers = numbers[numbers["step"].between(0, _LARGEST_STEP)]
    words = int((numbers.isna() & ~found.isin(_EMPTY)).loc[numbers.index].to_numpy().sum())
    faults = [f"{len(lines) - len(numbers)} of {len(lines)} rows cannot be read"]
    faults = faults * (len(numbers) < len(lines)) + [f"{words} values are no numbers"] * bool(words)
    faults += ["its last row is cut off"] * bool(rest)
    note = f"{path.name}: {', '.join(faults)}" if faults else None
    return numbers.where(numbers.abs() <= _LARGEST), note


def no_rows() -> pd.DataFrame:
    """As `rows` are, without one."""
    return pd.DataFrame({"step": []})


def looks(path: Path, apart: Apart) -> tuple[list[Measured], str | None]:
    """The layers in diagnostics.nc, none where there is no such file; and why it cannot be read.

    Read `apart`: there are damaged files in which HDF5 goes round for ever.
    """
    try:
        reading.check_file(path)
        return apart(measured, path), None
    except FileNotFoundError:
        return [], None
    except (reading.Unreadable, ValueError, TimeoutError) as error:
        return [], _broken(path, error)


def _broken(path: Path, why: object) -> str:
    return f"{path.name} cannot be read ({plain(' '.join(str(why).split()))})"
