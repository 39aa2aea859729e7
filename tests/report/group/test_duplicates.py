"""A run that repeats another one counts once."""

import shutil

import pytest

from rnnexp.report.group.duplicates import drop_duplicates
from rnnexp.report.group.factors import NOT_COMPARED
from rnnexp.report.read.runs import Run, empty_metrics, read_runs
from tests.report.folders import make_run


def test_the_last_completed_one_is_kept(tmp_path):
    make_run(tmp_path / "1", summary={"state": "failed"})
    make_run(tmp_path / "2")
    shutil.copytree(tmp_path / "2", tmp_path / "3")
    make_run(tmp_path / "4", summary={"state": "interrupted"})
    make_run(tmp_path / "5", seed=1)
    kept, left_out = drop_duplicates(read_runs([tmp_path]))
    assert [run.folder.name for run in kept] == ["3", "5"]
    assert [run.folder.name for run in left_out] == ["1", "2", "4"]


def run_with(tmp_path, **settings):
    return Run(tmp_path, "completed", None, {"seed": 0} | settings, {}, empty_metrics(), [])


@pytest.mark.parametrize("key", NOT_COMPARED)
def test_settings_that_do_not_make_another_run_are_not_compared(key, tmp_path):
    runs = [run_with(tmp_path, **{key: value}) for value in (1, 2)]
    assert drop_duplicates(runs) == ([runs[1]], [runs[0]])


def test_any_other_setting_makes_another_run(tmp_path):
    runs = [run_with(tmp_path, **{"model.units": value}) for value in (1, 2)]
    assert drop_duplicates(runs) == (runs, [])
