"""The progress shown agrees with the summaries of the jobs."""

import json

import pytest

from rnnexp.sweeps.progress import Progress

DONE = {"state": "completed", "metric": "accuracy", "score": 0.5, "seconds": 3.0}
DONE |= {"solved": False, "steps_to_solve": None, "steps": 9, "error": None}


@pytest.fixture
def write_summary(tmp_path):
    def write(number, **summary):
        folder = tmp_path / f"{number}_job"
        folder.mkdir(exist_ok=True)
        (folder / "summary.json").write_text(json.dumps(DONE | summary))

    return write


def test_jobs_are_counted_by_their_state(tmp_path, write_summary, capsys):
    progress = Progress(tmp_path, 24)
    for number in range(3):
        write_summary(number)
    write_summary(3, state="failed", error="the loss became nan")
    write_summary(4, state="running")
    progress.update()
    parts = progress.status_line().split(", ")
    assert parts[:3] == ["3 of 24 done", "1 running", "1 failed"]
    assert capsys.readouterr().out.splitlines() == [
        *(f"{number}_job: accuracy 50 %, not solved, 3 s" for number in range(3)),
        "3_job: failed: the loss became nan",
    ]


def test_a_job_left_running_by_an_earlier_start_does_not_count_as_running(tmp_path, write_summary):
    write_summary(0)
    write_summary(1, state="running")
    progress = Progress(tmp_path, 2)
    progress.update()
    assert progress.status_line() == "1 of 2 done, 0 running"


def test_the_time_left_follows_from_the_time_per_job(tmp_path, write_summary, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("rnnexp.sweeps.progress.clock", lambda: now[0])
    progress = Progress(tmp_path, 8)
    write_summary(0)
    write_summary(1)
    now[0] += 60.0
    progress.update()
    assert progress.status_line().endswith("about 3 min left")
