"""Reads the files of a run folder as far as possible, with a message on what cannot be read."""

import csv
import io
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from rnnexp.files import reading
from rnnexp.report.read.layer_measurements import LayerMeasurements, read_layers
from rnnexp.report.read.timed_worker import TimedWorker
from rnnexp.report.text import plain

_MAX_BYTES, _MAX_COLUMNS, _MAX_ROWS = 2**24, 1000, 10**6
_MISSING = ("", "nan")
_LARGEST_STEP = 2**53
_LARGEST = 1e100

SLICE_COLUMNS = ("slice", "examples", "score")


def read_mapping(path: Path) -> tuple[dict[str, Any], str | None]:
    """Read the mapping in a JSON or YAML file.

    Returns:
        The mapping, and None; or {}, and a message that says why it cannot be read.
    """
    try:
        value = reading.read_json(path) if path.suffix == ".json" else reading.read_yaml(path)
    except FileNotFoundError:
        return {}, f"no {path.name}"
    except reading.Unreadable as error:
        return {}, _cannot_be_read(path, error)
    if not isinstance(value, dict):
        kind = type(value).__name__
        return {}, _cannot_be_read(path, f"a {kind}, expected names and values")
    return value, None


def read_metrics(path: Path) -> tuple[pd.DataFrame, str | None]:
    """Read metrics.csv.

    Returns:
        The rows that have a valid step, with NaN for values that are not numbers; no rows if there
        is no file. And a message on everything that cannot be read, None if all can.
    """
    try:
        text, newline, last_line = reading.read_text(path, _MAX_BYTES).rpartition("\n")
        table = islice(csv.reader(io.StringIO(text + newline)), _MAX_ROWS + 1)
        lines = [line for line in table if line]
        header = lines.pop(0) if lines else []
        if len(header) > _MAX_COLUMNS or len(lines) == _MAX_ROWS:
            raise ValueError("more columns or rows than a training has")
        if "step" not in header or len(set(header)) < len(header):
            raise ValueError("its header does not name every column once, and step among them")
    except FileNotFoundError:
        return empty_metrics(), None
    except (reading.Unreadable, ValueError, csv.Error) as error:
        return empty_metrics(), _cannot_be_read(path, error)
    cells = pd.DataFrame([line for line in lines if len(line) == len(header)], columns=header)
    numbers = cells.apply(pd.to_numeric, errors="coerce").astype("float64")
    numbers = numbers[numbers["step"].between(0, _LARGEST_STEP)]
    is_text = (numbers.isna() & ~cells.isin(_MISSING)).loc[numbers.index]
    n_texts, n_lost = int(is_text.to_numpy().sum()), len(lines) - len(numbers)
    problems = []
    if n_lost:
        problems.append(f"{n_lost} of {len(lines)} rows cannot be read")
    if n_texts:
        problems.append(f"{n_texts} values are not numbers")
    if last_line:
        problems.append("its last row is cut off")
    message = f"{path.name}: {', '.join(problems)}" if problems else None
    return numbers.where(numbers.abs() <= _LARGEST), message


def read_slices(path: Path) -> tuple[pd.DataFrame, str | None]:
    """Read slices.csv, the test score of each slice.

    Returns:
        Rows with the columns slice, examples and score, all numbers, in the order of the slices; no
        rows if there is no file. And a message if the file cannot be read, None if it can.
    """
    try:
        text = reading.read_text(path, _MAX_BYTES)
        table = pd.read_csv(io.StringIO(text), nrows=_MAX_ROWS)[list(SLICE_COLUMNS)]
        table = table.astype("float64")
    except FileNotFoundError:
        return empty_slices(), None
    except (reading.Unreadable, ValueError, KeyError) as error:
        return empty_slices(), _cannot_be_read(path, error)
    is_valid = table.abs().le(_LARGEST).all(axis=1) & ~table["slice"].duplicated(keep=False)
    n_lost = int((~is_valid).sum())
    message = f"{path.name}: {n_lost} of {len(table)} rows cannot be read" if n_lost else None
    return table[is_valid].sort_values("slice"), message


def empty_slices() -> pd.DataFrame:
    """A table like that of `read_slices`, without rows."""
    return pd.DataFrame({name: [] for name in SLICE_COLUMNS})


def empty_metrics() -> pd.DataFrame:
    """A table like that of `read_metrics`, without rows."""
    return pd.DataFrame({"step": []})


def read_diagnostics(path: Path, worker: TimedWorker) -> tuple[list[LayerMeasurements], str | None]:
    """Read the recurrent layers in diagnostics.nc.

    It is read by the worker, because HDF5 never returns from some damaged files.

    Returns:
        The layers, none if there is no file; and a message if the file cannot be read.
    """
    try:
        reading.check_regular_file(path)
        return worker(read_layers, path), None
    except FileNotFoundError:
        return [], None
    except (reading.Unreadable, ValueError, TimeoutError) as error:
        return [], _cannot_be_read(path, error)


def _cannot_be_read(path: Path, reason: object) -> str:
    return f"{path.name} cannot be read ({plain(' '.join(str(reason).split()))})"
