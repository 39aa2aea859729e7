"""What is shown of a sweep is what its jobs' summaries say."""

import json

import pytest

from rnnexp.sweeps.progress import Progress

DONE = {"state": "completed", "metric": "accuracy", "score": 0.5, "seconds": 3.0}
DONE |= {"solved": False, "steps_to_solve": None, "steps": 9, "error": None}


@pytest.fixture
def tell(tmp_path):
    def write(number, **summary):
        folder = tmp_path / f"{number}_job"
        folder.mkdir(exist_ok=True)
        (folder / "summary.json").write_text(json.dumps(DONE | summary))

    return write


def test_jobs_are_counted_by_how_they_stand(tmp_path, tell, capsys):
    progress = Progress(tmp_path, 24)
    for number in range(3):
        tell(number)
    tell(3, state="failed", error="the loss became nan")
    tell(4, state="running")
    progress.look()
    told = progress.standing().split(", ")
    assert told[:3] == ["3 of 24 done", "1 running", "1 failed"]
    assert capsys.readouterr().out.splitlines() == [
        *(f"{number}_job: accuracy 50 %, not solved, 3 s" for number in range(3)),
        "3_job: failed: the loss became nan",
    ]


def test_what_an_earlier_start_left_running_does_not_run(tmp_path, tell):
    tell(0)
    tell(1, state="running")
    progress = Progress(tmp_path, 2)
    progress.look()
    assert progress.standing() == "1 of 2 done, 0 running"


def test_the_time_left_is_what_the_jobs_so_far_have_taken(tmp_path, tell, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("rnnexp.sweeps.progress.clock", lambda: now[0])
    progress = Progress(tmp_path, 8)
    tell(0)
    tell(1)
    now[0] += 60.0
    progress.look()
    assert progress.standing().endswith("about 3 min left")
