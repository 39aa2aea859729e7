"""What a folder says of its run, however much of it is there."""

import json

import pytest

from rnnexp.config.errors import UserError
from rnnexp.report.aggregate.tables import runs_table
from rnnexp.report.read.runs import read_runs
from tests.report.folders import make_run

FILES = ("config.yaml", "summary.json", "metrics.csv", "diagnostics.nc")


def only(place):
    (run,) = read_runs([place])
    return run


def test_a_whole_run_is_read_whole(tmp_path):
    folder = make_run(tmp_path / "a" / "b" / "run", 3, "LSTM", 12)
    run = only(tmp_path)
    assert (run.folder, run.state, run.reason, run.notes) == (folder, "completed", None, [])
    assert run.settings["task.length"] == 12
    assert run.summary == json.loads((folder / "summary.json").read_text())
    assert list(run.metrics["step"]) == [20, 40, 60]
    assert run.layers[0].gates == ["i", "f", "o"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_leaves_the_rest(name, tmp_path):
    (make_run(tmp_path / "run") / name).unlink()
    run = only(tmp_path)
    assert run.completed == (name in ("metrics.csv", "diagnostics.nc"))
    assert run.completed or run.reason


@pytest.mark.parametrize("share", [0, 0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_anywhere_leaves_the_rest(name, share, tmp_path):
    path = make_run(tmp_path / "run") / name
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    run = only(tmp_path)
    assert run.completed or run.reason
    # What stands in the other files is read all the same.
    assert name == "config.yaml" or run.settings["task.length"] == 10
    assert name == "summary.json" or run.summary["parameters"] == 500
    assert name == "metrics.csv" or len(run.metrics) == 3
    assert name == "diagnostics.nc" or len(run.layers) == 1


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_something_else_is_named(name, tmp_path):
    (make_run(tmp_path / "run") / name).write_bytes(b"\xff\x00 no such thing")
    run = only(tmp_path)
    assert any(name in note for note in run.notes)


def test_a_diagnostics_file_of_another_shape_is_named(tmp_path):
    import h5py

    with h5py.File(make_run(tmp_path / "run") / "diagnostics.nc", "w") as file:
        file.attrs["layers"] = ["gone"]
    run = only(tmp_path)
    assert run.completed
    assert run.layers == []
    assert "diagnostics.nc" in run.notes[0]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": "failed", "error": "ValueError: no"}, "ValueError: no"),
        ({"state": "failed", "error": None}, "no reason given"),
        ({"state": "interrupted", "steps": 7}, "after 7 steps"),
        ({"state": "running"}, "still running"),
        ({"state": "sleeping"}, "'sleeping'"),
        ({"score": None}, "no score"),
        ({"score": "high"}, "no score"),
    ],
)
def test_a_run_that_has_not_completed_says_why(values, reason, tmp_path):
    make_run(tmp_path / "run", summary=values)
    run = only(tmp_path)
    assert not run.completed
    assert reason in run.reason


def test_a_run_of_which_only_the_config_is_there(tmp_path):
    make_run(tmp_path / "run")
    for name in FILES[1:]:
        (tmp_path / "run" / name).unlink()
    assert "summary.json is missing" in only(tmp_path).reason


def test_a_nan_that_python_wrote_is_no_score(tmp_path):
    make_run(tmp_path / "run", summary={"score": float("nan")})
    assert not only(tmp_path).completed


def test_runs_are_found_once_and_in_order(tmp_path):
    for name in ("b", "a/deep/er", "c"):
        make_run(tmp_path / name)
    found = read_runs([tmp_path, tmp_path / "a", tmp_path / "c" / ".." / "c"])
    assert [run.folder.resolve().name for run in found] == ["er", "b", "c"]


def test_numbers_in_names_are_in_their_order(tmp_path):
    names = ["0_gru", "1_gru", "2_gru", "10_gru", "11_gru", "100_gru"]
    for i, name in enumerate(reversed(names)):
        make_run(tmp_path / name, i, diagnostics=False)
    runs = read_runs([tmp_path])
    assert [run.folder.name for run in runs] == names
    assert [path.rpartition("/")[2] for path in runs_table(runs)["folder"]] == names


def test_foreign_files_are_passed_over(tmp_path):
    make_run(tmp_path / "run")
    for name in FILES:
        (tmp_path / name).write_text("title: my site\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "summary.json").write_text('{"total": 3}')
    assert only(tmp_path).folder == tmp_path / "run"


def test_nothing_to_report_is_a_mistake(tmp_path):
    with pytest.raises(UserError, match="no run found"):
        read_runs([tmp_path])
    with pytest.raises(UserError, match="no such folder"):
        read_runs([tmp_path / "nowhere"])
