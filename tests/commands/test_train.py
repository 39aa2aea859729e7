"""`rnnexp train` from its first line to its last: alone, in a sweep, interrupted."""

import csv
import json
import re
import signal
import subprocess
import time
import zipfile

import pytest

from tests.command import RNNEXP, TINY, command, environment, summaries


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A folder in which one job has run, and what it printed."""
    folder = tmp_path_factory.mktemp("alone")
    return folder, command("train", "model=gru", *TINY, cwd=folder)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A folder in which the same job has run after another, in one process."""
    folder = tmp_path_factory.mktemp("swept")
    return folder, command("train", "-m", "model=simple_rnn,gru", *TINY, cwd=folder)


def test_a_run_ends_with_its_score_its_folder_and_the_next_command(alone):
    desk, shown = alone
    assert shown.returncode == 0, shown.stderr
    (path,) = summaries(desk)
    folder = path.parent.relative_to(desk)
    summary = json.loads(path.read_text())
    assert f"{100 * summary['score']:.3g} % (a guess: 10 %)" in shown.stdout
    assert re.search(rf"^run folder +{re.escape(str(folder))}$", shown.stdout, re.MULTILINE)
    assert f"--logdir {folder}" in shown.stdout
    # Off a terminal nothing is redrawn, and TensorFlow has nothing to say.
    assert re.fullmatch(r"(step \d+/3: loss .*\n)+", shown.stderr)


def test_a_sweep_runs_every_job_in_a_folder_of_its_own_and_ends_with_a_table(swept):
    desk, shown = swept
    assert shown.returncode == 0, shown.stderr
    names = [path.parent.name for path in summaries(desk)]
    assert [(name[:1], "simple_rnn" in name, "gru" in name) for name in names] == [
        ("0", True, False),
        ("1", False, True),
    ]
    table = shown.stdout[shown.stdout.rindex("steps to solve") :]
    assert [name for name in names if name in table] == names


def test_a_job_of_a_sweep_has_the_numbers_of_the_same_job_alone(alone, swept):
    def numbers(summary):
        with (summary.parent / "metrics.csv").open(newline="") as file:
            rows = [
                {k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)
            ]
        with zipfile.ZipFile(summary.parent / "model.keras") as model:
            weights, config = (model.read(name) for name in ("model.weights.h5", "config.json"))
        # Keras writes addresses in memory to tell its objects apart; they say nothing of them.
        config = re.sub(rb'"shared_object_id": \d+', b"", config)
        return rows, weights, config, json.loads(summary.read_text())["score"]

    (single,) = summaries(alone[0])
    assert numbers(summaries(swept[0])[1]) == numbers(single)


@pytest.fixture
def endless(tmp_path):
    """A run that does not end by itself, just started in `tmp_path`."""
    process = subprocess.Popen(
        [*RNNEXP, "train", "task.order=row", "model.units=4", "trainer.steps=1000000"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_an_interrupted_run_says_so_in_whole_files(tmp_path, endless, number):
    deadline = time.monotonic() + 300
    while endless.poll() is None and time.monotonic() < deadline:
        if list(tmp_path.glob("outputs/**/metrics.csv")):
            break
        time.sleep(0.05)
    endless.send_signal(number)
    _, err = endless.communicate(timeout=300)
    assert endless.returncode == 130, err
    assert err.splitlines().count("stopping after this step; again to stop at once") == 1
    (path,) = summaries(tmp_path)
    where = path.parent.relative_to(tmp_path)
    assert err.splitlines()[-1] == f"resume it: rnnexp resume {where}"
    summary = json.loads(path.read_text())
    assert (summary["state"], summary["score"], summary["error"]) == ("interrupted", None, None)
    with (path.parent / "metrics.csv").open(newline="") as file:
        last = list(csv.DictReader(file))[-1]
    assert 0 < int(last["step"]) <= summary["steps"]
    for name in ("model.keras", "best.keras"):
        with zipfile.ZipFile(path.parent / name) as model:
            assert model.testzip() is None
    assert {file.name for file in path.parent.iterdir()} == {
        ".lock",
        "checkpoint.npz",
        "config.yaml",
        "diagnostics.nc",
        "metrics.csv",
        "summary.json",
        "model.keras",
        "best.keras",
        "tensorboard",
    }


SLOW = """
import time
from dataclasses import dataclass
from pathlib import Path
from rnnexp.tasks import FirstToken

@dataclass(frozen=True)
class Slow(FirstToken):
    def batch(self, split, seed, index, number):
        if split == "validation":
            Path("reading").touch()
            time.sleep(1000)
        return super().batch(split, seed, index, number)
"""


@pytest.mark.slow
def test_a_second_signal_does_not_wait(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "slow.yaml").write_text("_target_: slow.Slow\n")
    mine = ["--config-dir=.", "task=slow", "trust=[slow]", "trainer.steps=3"]
    process = subprocess.Popen(
        [*RNNEXP, "train", *mine],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 300
        while not (tmp_path / "reading").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)  # it waits for the step, which here never comes
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, "Traceback" in err) == (130, False), err


def test_an_interrupt_before_anything_was_written_leaves_no_run(tmp_path, endless):
    assert "learns Digits" in endless.stdout.readline()  # TensorFlow is loaded after this line
    time.sleep(0.3)
    endless.send_signal(signal.SIGINT)
    _, err = endless.communicate(timeout=300)
    assert (endless.returncode, err) == (130, "\ninterrupted: nothing was written\n")
    assert not list(tmp_path.glob("outputs/runs/*/*"))
