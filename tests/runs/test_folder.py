"""A file of a run folder is whole or absent; a folder is made once."""

import csv
import json

import pytest

from rnnexp.runs import folder as files
from rnnexp.runs.metrics import write_metrics


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_text("old")

    def half(part):
        part.write_text("ne")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.write(path, half)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_metrics_read_back(tmp_path):
    rows = [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]
    write_metrics(tmp_path, rows)
    with (tmp_path / files.METRICS).open(newline="") as file:
        read = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    assert read == rows


def test_a_summary_reads_back(tmp_path):
    files.write_summary(tmp_path, {"state": "running", "score": None})
    assert json.loads((tmp_path / files.SUMMARY).read_text()) == {"state": "running", "score": None}


def test_only_an_empty_folder_is_discarded(tmp_path):
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "file").touch()
    files.discard_empty(empty)
    files.discard_empty(full)
    assert list(tmp_path.iterdir()) == [full]


def test_a_second_file_set_aside_leaves_the_first_where_it_is(tmp_path):
    path = tmp_path / "metrics.csv"
    for content in ("first", "second", "third"):
        path.write_text(content)
        files.set_aside(path)
    found = {other.name: other.read_text() for other in tmp_path.iterdir()}
    assert found == {
        "metrics.damaged.csv": "first",
        "metrics.damaged.1.csv": "second",
        "metrics.damaged.2.csv": "third",
    }
