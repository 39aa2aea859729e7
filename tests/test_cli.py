"""The command as a person meets it: what it prints, where, and its exit code."""

import json
import os
import re
import subprocess
import sys
import time

import pytest

import rnnexp
from rnnexp.cli import main
from tests.command import RNNEXP, TINY, command, environment, summaries


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_import_nothing_slow(flag):
    script = (
        f"import sys; from rnnexp.cli import main; assert main(['{flag}']) == 0;"
        "sys.exit(', '.join({'tensorflow', 'keras', 'hydra', 'numpy'} & set(sys.modules)) or 0)"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (shown.returncode, shown.stderr) == (0, "")


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_take_less_than_half_a_second(flag, tmp_path):
    def seconds():
        start = time.perf_counter()
        assert command(flag, cwd=tmp_path).returncode == 0
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.5  # the best of three: others use the machine too


def test_version_is_the_packages(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rnnexp {rnnexp.__version__}\n"


def unread(*arguments, cwd):
    """The exit code of a command as of `rnnexp … 2>&1 | true`: nobody reads what it says."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        shown = {"stdout": writer, "stderr": writer}
        return subprocess.run([*RNNEXP, *arguments], cwd=cwd, env=environment(), **shown).returncode
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--help"], 0), (["train", "--help"], 0), (["trian"], 2)]
)
def test_words_that_nobody_reads_are_no_failure(arguments, code, tmp_path):
    assert unread(*arguments, cwd=tmp_path) == code


@pytest.mark.parametrize(
    "sweep", [[], pytest.param(["-m"], marks=pytest.mark.slow)], ids=["run", "sweep"]
)
def test_training_goes_on_when_nobody_reads(sweep, tmp_path):
    assert unread("train", *sweep, "seed=0", *TINY, cwd=tmp_path) == 0
    (summary,) = summaries(tmp_path)
    assert json.loads(summary.read_text())["state"] == "completed"


# What each needs to be noticed: composing (no TensorFlow), the tasks, or the built network.
BAD_INPUT = {
    "a list in a list of choices": (["train", "callbacks=[[default]]"], "expected names"),
    "a mapping in a list of choices": (["train", "-m", "model=[{a:1}]"], "expected names"),
    "deep brackets": (["train", f"model.layer={'[' * 3000}{']' * 3000}"], "got 6012 and 3000"),
    "deep braces": (["train", "-m", f"+model.layer.x={'{a:' * 99}1{'}' * 99}"], "at most"),
    "calls in calls": (["train", f"seed={'choice(' * 99}1{')' * 99}"], "at most"),
    "a long name": (["train", f"model={'x' * 99999}"], "255 characters"),
    "a long trust": (["train", f"trust={'9' * 5000}"], "list of modules"),
    "a run in another current folder": (
        ["train", "hydra.job.chdir=true"],
        "expected false, got true",
    ),
    "unknown command": (["trian"], "did you mean train?"),
    "unknown model": (["train", "model=gruu"], "did you mean gru?"),
    "misspelt key": (["train", "model.unit=3"], "did you mean units?"),
    "misspelt setting of a task": (["train", "task.ordr=row"], "did you mean order?"),
    "misspelt argument": (["train", "model.layer.unroled=1"], "did you mean unroll?"),
    "misspelt key in a YAML": (["train", "--config-dir=mine", "model=bad"], "did you mean units?"),
    "misspelt key in a task's YAML": (["train", "--config-dir=mine", "task=bad"], "mean order?"),
    "no such folder of YAMLs": (["train", "--config-dir=nope"], "no such folder"),
    "negative length": (["train", "task=first_token", "task.length=-5"], "at least 2"),
    "wrong type": (["train", "model.units=many"], "a whole number"),
    "wrong type in a sweep": (["train", "-m", "seed=0,zero"], "a whole number"),
    "unreadable data": (
        ["train", "--config-dir=mine", "task=series", "trust=[mine]"],
        "series.csv",
    ),
    "unwritable output folder": (["train", "outputs=file", *TINY], "outputs=FOLDER"),
    "folder in use": (["train", "hydra.run.dir=used", *TINY], "name another folder"),
    "unknown flag": (["train", "--foo"], "--foo"),
    "flag in the middle": (["train", "seed=0", "-m", "model=gru"], "before every key=value"),
    "YAML of a task without a target": (
        ["train", "--config-dir=mine", "task=aimless"],
        "expected a _target_",
    ),
    "YAML of an optimizer without a target": (
        ["train", "--config-dir=mine", "optimizer=aimless"],
        "optimizer._target_: expected a value",
    ),
    "YAML of a callback without a target": (
        ["train", "--config-dir=mine", "callbacks=[default,aimless]"],
        "callbacks.mine: expected a _target_",
    ),
    "callback that is none": (
        ["train", "+callbacks.mine._target_=keras.layers.Flatten", *TINY],
        "expected a known callback, got keras.layers.Flatten",
    ),
    "misspelt argument of a callback": (
        ["train", "+callbacks.gate_statistics.evry=3", *TINY],
        "did you mean every?",
    ),
    "schedule that is none": (
        ["train", "callbacks.timestep_gradients.every=0", *TINY],
        "1 or more",
    ),
    "YAML that no schema knows": (
        ["train", "--config-dir=mine", "+speed=fast"],
        "has no such key",
    ),
}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A current folder with YAMLs and a task of one's own, a file, and an old run."""
    for path, text in {
        "mine/model/bad.yaml": "unitz: 3\n",
        "mine/task/bad.yaml": "_target_: rnnexp.tasks.Digits\nordr: row\n",
        "mine/task/series.yaml": "_target_: mine.Series\n",
        "mine/task/broken.yaml": "_target_: mine.Broken\n",
        "mine/task/aimless.yaml": "length: 3\n",
        "mine/optimizer/aimless.yaml": "learning_rate: 1\n",
        "mine/callbacks/aimless.yaml": "mine:\n  every: 1\n",
        "mine/speed/fast.yaml": "wheels: 4\n",
        "mine/__init__.py": "from dataclasses import dataclass\n"
        "from rnnexp.tasks import Digits\n"
        "drawn = []\n"
        "@dataclass(frozen=True)\n"
        "class Series(Digits):\n"
        "    def batch(self, split, seed, index, number):\n"
        "        return open('series.csv')\n"
        "@dataclass(frozen=True)\n"
        "class Broken(Digits):\n"
        "    def batch(self, split, seed, index, number):\n"
        "        drawn.append(split)\n"
        "        assert drawn.count('test') < 2, 'a bug of mine'\n"
        "        return super().batch(split, seed, index, number)\n",
        "file": "",
        "used/summary.json": "{}",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setenv("HYDRA_FULL_ERROR", "0")
    return tmp_path


@pytest.mark.parametrize("kind", BAD_INPUT)
def test_bad_input_is_one_line_and_leaves_no_run(kind, desk, capfd):
    arguments, expected = BAD_INPUT[kind]
    assert main(arguments) == 2
    line = capfd.readouterr().err
    assert line.startswith("rnnexp: ")
    assert line.count("\n") == 1
    assert expected in line
    assert not [path for path in desk.rglob("outputs/**/*") if path.is_file()]


def test_a_flag_shows_the_traceback(desk, capfd):
    assert main(["train", "model=gruu", "--traceback"]) == 2
    assert "Traceback" in capfd.readouterr().err


def test_a_gpu_that_is_not_there_is_one_line(tmp_path):
    shown = command("train", "hardware=gpu", cwd=tmp_path)
    if shown.returncode == 0:
        pytest.skip("a GPU is there")
    assert shown.returncode == 2
    assert shown.stderr.count("\n") == 1
    assert "use hardware=cpu" in shown.stderr
    assert not summaries(tmp_path)


@pytest.mark.slow
def test_a_job_that_fails_lets_the_others_of_its_sweep_run(desk, capfd):
    wild = ["optimizer=sgd", "optimizer.global_clipnorm=null", "optimizer.learning_rate=1e38,0.1"]
    assert main(["train", "-m", *wild, *TINY]) == 1
    jobs = [json.loads(path.read_text()) for path in summaries(desk)]
    assert [job["state"] for job in jobs] == ["failed", "completed"]
    assert "the loss became" in jobs[0]["error"]
    out, err = capfd.readouterr()
    assert re.search(r"^0_\S+ +failed .*\n1_\S+ +completed ", out, re.MULTILINE)
    assert err.splitlines()[-1].startswith("1 of 2 jobs did not complete")


def test_a_run_that_breaks_tells_what_broke_it_in_a_line_and_in_its_folder(desk, capfd):
    mine = ["train", "--config-dir=mine", "task=broken", "trust=[mine]", *TINY, "--traceback"]
    assert main(mine) == 2
    err = capfd.readouterr().err
    assert "the run failed after step 3: AssertionError: a bug of mine" in err.splitlines()[-1]
    assert re.search("^AssertionError: a bug of mine", err, re.MULTILINE)
    (path,) = summaries(desk)
    summary = json.loads(path.read_text())
    assert (summary["state"], summary["steps"], summary["score"]) == ("failed", 3, None)
    assert "a bug of mine" in summary["error"]
    assert not (path.parent / "model.keras").exists()
