"""The results of runs: from their folders into a CSV file and back."""

import json

import pandas as pd
import pytest

from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.papers.places import csv_file, known_results
from rnnexp.papers.results import empty, read_csv, read_runs, write_csv
from rnnexp.papers.rows import job_name, read_row
from rnnexp.runs.saved_config import write_config
from rnnexp.runs.summary import Summary
from tests.papers.hand_made import row, runs, table


def finish(folder, entry, seed, **summary):
    """Write the folder of a run as a training leaves it."""
    job = folder / job_name(entry, seed)
    job.mkdir(parents=True)
    overrides = ["task=first_token", *row().entries[entry].overrides, f"seed={seed}"]
    write_config(job, check(compose([*overrides, "trainer.steps=700"])).config)
    values = {
        "metric": "accuracy",
        "baseline": 0.125,
        "steps": 640,
        "parameters": 99,
        "seconds": 5.0,
    }
    Summary(**{"state": "completed", "score": 1.0, "solved": True, **values, **summary}).write(job)


def test_the_runs_of_a_row_are_read_in_order_with_what_their_files_say(tmp_path):
    finish(tmp_path, "LSTM, bias 1", 0, steps_to_solve=300)
    finish(tmp_path, "GRU", 10, score=0.5, solved=False)
    finish(tmp_path, "GRU", 2, state="failed", score=None, solved=None, error="NaN")
    finish(tmp_path, "GRU", 3, state="interrupted", score=None)
    (tmp_path / "GRU_seed=x").mkdir()
    results = read_runs(row(), tmp_path)
    found = [tuple(line) for line in results[["entry", "seed", "state"]].itertuples(index=False)]
    assert found == [
        ("GRU", 2, "failed"),
        ("GRU", 10, "completed"),
        ("LSTM, bias 1", 0, "completed"),
    ]
    last = results.iloc[-1]
    assert (last.threshold, last.steps_to_solve, last.steps_allowed) == (0.99, 300, 700)
    assert (last.batch_size, last.overrides) == (32, "model=lstm")
    assert results.iloc[0].error == "NaN"


def test_a_run_that_failed_before_it_wrote_its_config_is_a_result(tmp_path):
    first = read_row("adding")
    job = tmp_path / next(iter(first.jobs()))
    job.mkdir()
    Summary("failed", steps=0, error="killed by SIGKILL").write(job)
    line = read_runs(first, tmp_path).iloc[0]
    assert (line.state, line.metric, line.steps_allowed) == ("failed", "mean_squared_error", 2000)
    assert line.score is None


def test_without_a_folder_there_are_no_runs(tmp_path):
    assert len(read_runs(row(), tmp_path / "nowhere")) == len(read_csv(tmp_path / "no.csv")) == 0
    assert list(read_csv(tmp_path / "no.csv")) == list(empty())


def test_a_csv_file_says_the_same_as_the_folders(tmp_path):
    finish(tmp_path, "GRU", 0)
    finish(tmp_path, "GRU", 1, state="failed", score=None, solved=None, error="the loss, NaN")
    results = read_runs(row(), tmp_path)
    write_csv(results, tmp_path / "kept" / "by_hand.csv")
    again = read_csv(tmp_path / "kept" / "by_hand.csv")
    assert json.loads(again.to_json()) == json.loads(results.to_json())


@pytest.mark.parametrize("text", ["", "entry,seed\nGRU,0\n", "entry\n\0\xff,,,,\n1,2,3\n"])
def test_a_damaged_csv_file_is_named(tmp_path, text):
    path = tmp_path / "by_hand.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=r"by_hand\.csv: expected"):
        read_csv(path)


@pytest.mark.parametrize(("n_folders", "expected"), [(0, 2), (1, 2), (2, 2), (3, 3)])
def test_folders_count_unless_the_file_has_more_runs(tmp_path, monkeypatch, n_folders, expected):
    monkeypatch.chdir(tmp_path)
    kept = table(runs("GRU", [0.5, 0.5]))
    write_csv(kept, csv_file(row()))
    for seed in range(n_folders):
        finish(tmp_path / "outputs" / "papers" / "by_hand", "GRU", seed)
    known = known_results(row())
    assert len(known) == expected
    assert set(known["score"]) == ({0.5} if n_folders < 2 else {1.0})
    assert isinstance(known, pd.DataFrame)
