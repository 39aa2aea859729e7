"""The folder of a sweep holds one sweep, is used by one process, and keeps what is finished."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from filelock import FileLock

from rnnexp.cli import main
from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.sweeps import status
from rnnexp.sweeps.plan import plan
from tests.sweeps.finished_jobs import finish, write_summary


def planned(folder, *overrides, again=False):
    return plan([*overrides, f"hydra.sweep.dir={folder}"], None, again)


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    folder = tmp_path_factory.mktemp("six") / "swept"
    finish(planned(folder, "model=gru,lstm", "seed=range(3)"))
    return folder


@pytest.fixture
def swept(six, tmp_path):
    """The folder of a sweep of six jobs, all completed."""
    return Path(shutil.copytree(six, tmp_path / "swept"))


def test_resuming_a_finished_sweep_says_so_and_changes_nothing(swept, capfd):
    main(["resume", str(swept)])  # from its own folder, as the next one
    capfd.readouterr()
    before = {path: path.read_bytes() for path in swept.rglob("*") if path.is_file()}
    assert main(["resume", str(swept)]) == 0
    out, err = capfd.readouterr()
    assert (out.splitlines()[0], err) == ("6 of 6 jobs completed before", "")
    assert f"rnnexp report {swept}" in out.splitlines()[-1]
    after = {path: path.read_bytes() for path in swept.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    "other",
    [
        ["hydra.job.name=other"],
        ["hydra.sweeper.max_batch_size=2"],
        ["+hydra.job.env_set.A=b"],
        ["hydra.sweep.subdir='${hydra:job.num}_${slug:${hydra:overrides.task}}'"],
        ["hydra.run.dir=elsewhere"],
        ["hydra.verbose=false"],
    ],
    ids=" ".join,
)
def test_values_of_hydra_that_determine_no_job_may_change(swept, other):
    assert planned(swept, "model=gru,lstm", "seed=range(3)", *other).left == []


def test_another_launcher_may_continue_a_sweep(swept):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    other = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=3"]
    assert planned(swept, "model=gru,lstm", "seed=range(3)", *other).left == []


@pytest.mark.parametrize(
    "other",
    [
        ["model=gru,lstm", "seed=range(4)"],
        ["model=gru,lstm", "seed=range(3)", "trainer.steps=3"],
        ["model=gru,lstm", "seed=range(3)", "hydra.sweep.subdir=run_${hydra:job.num}"],
        ["seed=range(3)", "model=gru,lstm"],
    ],
    ids=" ".join,
)
def test_other_jobs_are_refused(swept, other):
    with pytest.raises(UserError, match=f"^{swept}: expected .*hydra.sweep.dir$"):
        planned(swept, *other)


def test_a_shuffled_sweep_is_continued_in_the_same_order(tmp_path):
    finish(planned(tmp_path / "swept", "seed=shuffle(range(20))"))
    assert planned(tmp_path / "swept", "seed=shuffle(range(20))").left == []


def test_the_second_of_two_sweeps_in_one_folder_is_refused(tmp_path):
    one = planned(tmp_path / "swept", "seed=0,1")
    other = planned(tmp_path / "swept", "seed=2,3")  # the folder is still empty
    finish(one)
    with pytest.raises(UserError, match="expected the sweep in this folder"):
        finish(other)
    assert json.loads((tmp_path / "swept/sweep.json").read_text())["names"] == one.sweep.names


def test_a_folder_that_another_process_uses_is_refused(swept):
    with FileLock(swept / ".lock"), pytest.raises(UserError, match="another process is training"):
        finish(planned(swept, "model=gru,lstm", "seed=range(3)"))


def test_a_run_and_a_sweep_do_not_share_a_folder(swept, tmp_path, capfd):
    write_summary(tmp_path / "run", state="interrupted")
    (tmp_path / "run/config.yaml").write_text("seed: 0\n")
    assert main(["train", f"hydra.run.dir={swept}"]) == 2
    assert main(["train", "-m", "seed=0,1", f"hydra.sweep.dir={tmp_path / 'run'}"]) == 2
    run, sweep = capfd.readouterr().err.splitlines()
    assert run.startswith(f"rnnexp: {swept}: expected a folder for one run, found a sweep")
    assert "without sweep.json" in sweep


def test_only_unfinished_jobs_are_left_and_failed_ones_with_again(swept):
    jobs = [swept / name for name in planned(swept, "model=gru,lstm", "seed=range(3)").sweep.names]
    write_summary(jobs[1], state="failed", error="the loss became nan")
    write_summary(jobs[2], state="interrupted")
    write_summary(jobs[4], state="running")
    (jobs[5] / "summary.json").unlink()
    sweep = [swept, "model=gru,lstm", "seed=range(3)"]
    assert planned(*sweep).left == [2, 4, 5]
    assert planned(*sweep, again=True).left == [1, 2, 4, 5]


DAMAGED = [
    "",
    "{",
    "null",
    "[]",
    "3",
    '"completed"',
    "{}",
    '{"state": "done"}',
    '{"state": ["completed"]}',
    '{"state": "completed"}',
    '{"state": "completed", "metric": 3, "score": 0.5, "seconds": 1, "steps": 1}',
    '{"state": "completed", "metric": "accuracy", "score": "half", "seconds": 1, "steps": 1}',
    f'{{"state": "running", "seconds": 1{400 * "0"}}}',
    '{"state": "failed", "error": {"a": 1}}',
    60 * "[" + 60 * "]",
    100_000 * "[",
    "\x00\x01",
]


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:40])
def test_a_damaged_summary_is_reported_and_kept(tmp_path, text):
    (tmp_path / "summary.json").write_text(text)
    summary = status.read_summary(tmp_path)
    assert summary.state == "unreadable"
    assert summary.error.startswith("summary.json cannot be read: ")
    status.record_failure(tmp_path, None, "killed")
    assert (tmp_path / "summary.json").read_text() == text


def test_damaged_summaries_stop_no_other_job(swept, capfd):
    jobs = sorted(swept.glob("*_*/summary.json"))
    jobs[0].write_text("{")
    jobs[1].write_bytes(b"\xff\xfe{}")
    jobs[2].unlink()
    jobs[2].mkdir()
    jobs[4].unlink()
    os.mkfifo(jobs[4])
    assert main(["resume", str(swept)]) == 1
    out, err = capfd.readouterr()
    assert out.count(" unreadable: summary.json cannot be read: ") == 4
    assert err.strip().startswith("4 of 6 jobs did not complete")


def test_an_error_is_printed_as_one_line_without_control_characters(swept, capfd):
    write_summary(sorted(swept.glob("3_*"))[0], state="failed", error="a\nb\x1b[31mc\r")
    main(["resume", str(swept)])
    assert failure(capfd.readouterr().out) == "a b[31mc"


def failure(out):
    (line,) = [line for line in out.splitlines() if " failed: " in line]
    return line.partition(" failed: ")[2]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"overrides": "seed=0"}', '{"overrides": [3]}', '{"a": 1}', "{" * 9999],
    ids=lambda text: text[:30],
)
def test_a_damaged_sweep_json_is_refused_in_one_line(tmp_path, text, capfd):
    (tmp_path / "sweep.json").write_text(text)
    assert main(["resume", str(tmp_path)]) == 2
    err = capfd.readouterr().err
    assert "sweep.json: expected what a sweep has written" in err
    assert err.count("\n") == 1


def test_a_hundred_jobs_are_planned_in_the_time_of_a_few_compositions(tmp_path):
    start = time.process_time()
    for _ in range(3):
        compose(["seed=1"])
    few = (time.process_time() - start) / 3
    swept = [tmp_path / "swept", "model=gru,lstm", "seed=range(50)"]
    start = time.process_time()
    finish(planned(*swept))
    assert time.process_time() - start < 15 * few
    start = time.process_time()
    assert planned(*swept).left == []
    assert time.process_time() - start < 9 * few
