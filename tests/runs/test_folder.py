"""The files of a run folder read back as they were written."""

import csv
import json
from dataclasses import asdict

import pytest

from rnnexp.config.errors import UserError
from rnnexp.runs import folder as names
from rnnexp.runs.metrics import read_metrics, write_metrics
from rnnexp.runs.summary import Summary, read_summary


def test_metrics_read_back(tmp_path):
    rows = [{"epoch": 1, "step": 9, "loss": 0.5}, {"epoch": 2, "step": 18, "loss": 0.25}]
    write_metrics(tmp_path, rows)
    with (tmp_path / names.METRICS).open(newline="") as file:
        read = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    assert read == rows
    assert read_metrics(tmp_path)[1] == {"epoch": "2", "step": "18", "loss": "0.25"}


def test_a_summary_reads_back(tmp_path):
    written = Summary("completed", "accuracy", 0.5, steps=3, seconds=1.5, versions={"a": "1"})
    written.write(tmp_path)
    assert read_summary(tmp_path) == written
    assert json.loads((tmp_path / names.SUMMARY).read_text()) == asdict(written)


def test_a_summary_of_another_version_is_read(tmp_path):
    (tmp_path / names.SUMMARY).write_text('{"state": "interrupted", "steps": 3, "mood": "fine"}')
    assert read_summary(tmp_path) == Summary("interrupted", steps=3)


def test_there_may_be_no_summary(tmp_path):
    assert read_summary(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "expected a mapping, got list"),
        ("{}", "expected a state, one of running, completed"),
        ('{"state": "done"}', "expected a state"),
        ('{"state": "failed", "error": {"a": 1}}', "error: expected text"),
        ('{"state": "failed", "score": "half"}', "score: expected a number"),
        ('{"state": "failed", "steps": true}', "steps: expected a number"),
        ('{"state": "failed", "solved": 1}', "solved: expected true or false"),
        ('{"state": "failed", "versions": 1}', "versions: expected a mapping"),
        ('{"state": "completed", "score": 1.0}', "metric: expected a value of a completed run"),
    ],
)
def test_a_wrong_summary_is_refused_with_the_reason(tmp_path, text, why):
    (tmp_path / names.SUMMARY).write_text(text)
    with pytest.raises(UserError, match=r"summary.json: expected the summary") as caught:
        read_summary(tmp_path)
    assert why in str(caught.value)


def test_only_an_empty_folder_is_removed(tmp_path):
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "file").touch()
    names.remove_if_empty(empty)
    names.remove_if_empty(full)
    assert list(tmp_path.iterdir()) == [full]
