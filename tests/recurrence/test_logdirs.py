"""Which folders are runs: all below --logdir, and none outside."""

import os
from types import SimpleNamespace

import pytest

from rnnexp.recurrence.logdirs import Logdir, find, logdirs
from tests.recurrence.made import write


def flags(logdir="", logdir_spec=""):
    return SimpleNamespace(logdir=str(logdir), logdir_spec=logdir_spec)


def found(logdir):
    (folder,), _ = logdirs(flags(logdir))
    return {run.name: run for run in find(folder)}


def empty_file(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "diagnostics.nc").touch()
    return folder


def test_a_run_is_named_by_its_folder_below_logdir(tmp_path):
    folders = [".", "a", "a/b", "runs/2026-11-27/02-12-33_default", ".hidden/run", "a b/ü<b>"]
    for folder in folders:
        empty_file(tmp_path / folder)
    empty_file(tmp_path / "no" / "diagnostics.nc")  # there the name is a folder's
    (tmp_path / "other.nc").touch()
    runs = found(tmp_path)
    assert set(runs) == {*folders, "no/diagnostics.nc"}
    for name, run in runs.items():
        assert os.path.samefile(run.path, tmp_path / name / "diagnostics.nc")
        assert run.problem is None


def test_logdir_itself_may_be_a_link(tmp_path, monkeypatch):
    empty_file(tmp_path / "there" / "run")
    (tmp_path / "here").symlink_to("there")
    assert set(found(tmp_path / "here")) == {"run"}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for logdir in ("here", "./here/", "there/../here", "~/here"):
        assert set(found(logdir)) == {"run"}


def test_a_link_that_stays_inside_is_followed_once(tmp_path):
    empty_file(tmp_path / "a" / "run")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "a" / "run" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert set(found(tmp_path)) == {"a/run"}


def test_a_link_that_leads_outside_is_a_problem(tmp_path):
    outside, logdir = empty_file(tmp_path / "outside"), tmp_path / "logdir"
    empty_file(tmp_path / "outside" / "below")
    empty_file(tmp_path / "logdir-beside")
    empty_file(logdir / "run")
    (logdir / "folder").symlink_to(outside)
    (logdir / "beside").symlink_to("../logdir-beside")
    (logdir / "file").mkdir()
    (logdir / "file" / "diagnostics.nc").symlink_to(outside / "diagnostics.nc")
    (logdir / "passwords").mkdir()
    (logdir / "passwords" / "diagnostics.nc").symlink_to("/etc/passwd")
    runs = found(logdir)
    assert set(runs) == {"run", "folder", "beside", "file", "passwords"}
    assert runs.pop("run").problem is None
    for run in runs.values():
        assert "leads out of --logdir" in run.problem
    assert f"--logdir {outside}," in runs["folder"].problem
    assert f"--logdir {outside}," in runs["file"].problem


def test_a_very_deep_folder_is_found_as_far_as_paths_reach(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    empty_file(tmp_path / "run")
    for _ in range(60):  # 60 times 100 characters are more than a path may have
        os.mkdir("d" * 100, dir_fd=here)
        deeper = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open("diagnostics.nc", os.O_CREAT, dir_fd=here))
    os.close(here)
    empty_file(tmp_path / "/".join("e" * 30))
    assert set(found(tmp_path)) == {"run", "/".join("e" * 30)}


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(tmp_path):
    os.mkdir(os.fsencode(tmp_path) + b"/a\xffb")
    (entry,) = tmp_path.iterdir()
    empty_file(entry)
    (run,) = found(tmp_path).values()
    assert run.name == "a�b"
    assert os.path.exists(run.path)


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is allowed to the superuser")
def test_a_folder_that_may_not_be_read_is_a_problem(tmp_path):
    empty_file(tmp_path / "locked").chmod(0)
    try:
        assert "Permission denied" in found(tmp_path)["locked"].problem
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_spec_names_several_folders(tmp_path):
    write(tmp_path / "a" / "run")
    write(tmp_path / "b")
    spec = f"one:{tmp_path}/a,two:{tmp_path}/b,{tmp_path}/b"
    folders, problem = logdirs(flags(logdir_spec=spec))
    assert problem is None
    names = [run.name for folder in folders for run in find(folder)]
    assert names == ["one/run", "two", "."]


@pytest.mark.parametrize("spec", ["gs://bucket/runs", "s3://b/x", "hdfs://h/y"])
def test_a_remote_folder_is_a_problem(spec, tmp_path):
    for given in (flags(spec), flags(logdir_spec=f"a:{tmp_path},b:{spec}")):
        _, problem = logdirs(given)
        assert spec in problem
        assert "local folders only" in problem


def test_a_missing_folder_is_a_problem_until_it_is_there(tmp_path):
    (folder,), problem = logdirs(flags(tmp_path / "later"))
    assert f"There is no folder {tmp_path / 'later'}" in problem
    assert list(find(folder)) == []
    empty_file(tmp_path / "later" / "run")
    assert [run.name for run in find(folder)] == ["run"]


def test_no_flags_are_no_folders():
    assert logdirs(None) == ([], None)


def test_the_folder_of_a_run_of_tensorboard(tmp_path):
    one, two = Logdir("", "/logs"), Logdir("two", "/more")
    for name, folder in {".": "/logs", "a": "/logs/a", "a/b": "/logs/a/b"}.items():
        assert one.folder(name) == folder
        assert one.run_name(folder) == name
    for name, folder in {"two/.": "/more", "two": "/more", "two/a": "/more/a"}.items():
        assert two.folder(name) == folder
    assert two.folder("twofold/a") is None
