"""A run that was killed, interrupted or ran out of disk, and went on: as if it never had been."""

import csv
import json
import random
import resource
import shutil
import subprocess
import sys
import zipfile

import pytest
import xarray
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from rnnexp.runs.summary import Summary, read_summary
from rnnexp.training.checkpoint import load
from tests.command import RNNEXP, command, environment


def numbers(folder):
    """What must not depend on whether a run was stopped: all but seconds."""
    with (folder / "metrics.csv").open(newline="") as file:
        rows = [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
    with zipfile.ZipFile(folder / "model.keras") as model:
        weights = model.read("model.weights.h5")
    summary = json.loads((folder / "summary.json").read_text())
    kept = ("state", "score", "solved", "steps", "steps_to_solve")
    return rows, {key: summary[key] for key in kept}, weights


def points(folder):
    """Every point of TensorBoard, by the folder and the tag of its curve, in order of steps."""
    found = {}
    for part in sorted({path.parent for path in folder.rglob("events.*")}):
        events = EventAccumulator(str(part), size_guidance={"tensors": 0})
        events.Reload()
        for tag in events.Tags()["tensors"]:
            shown = sorted(
                (e.step, e.tensor_proto.SerializeToString()) for e in events.Tensors(tag)
            )
            found[str(part.relative_to(folder)), tag] = shown
    return found


def same(folder, whole):
    """Assert that the run in `folder` left what the one in `whole` left, and nothing twice."""
    assert numbers(folder) == numbers(whole)
    shown, expected = points(folder), points(whole)
    assert shown.keys() == expected.keys()
    for curve, curve_points in shown.items():
        # Pictures are drawn when there is time for them, and at the end.
        drawn = slice(-1, None) if curve[1].startswith("pictures/") else slice(None)
        assert curve_points[drawn] == expected[curve][drawn], curve
        steps = [step for step, _ in curve_points]
        assert len(steps) == len(set(steps)), curve
    with (
        xarray.open_datatree(folder / "diagnostics.nc", engine="h5netcdf") as measured,
        xarray.open_datatree(whole / "diagnostics.nc", engine="h5netcdf") as there,
    ):
        xarray.testing.assert_identical(measured, there)
    assert {path.name for path in folder.iterdir()} == {path.name for path in whole.iterdir()}


def stop(desk, *moments):
    """Train in `desk`, stopped at `moments`; see killed.py."""
    shown = subprocess.run(
        [sys.executable, "-m", "tests.commands.killed", str(desk), *moments],
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    return shown.stdout


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Folders of a whole run, and of one that was killed twice and interrupted once."""
    desk = tmp_path_factory.mktemp("killed")
    stop(desk, "epoch", "writing", "asked")
    return desk


@pytest.fixture(scope="module")
def interrupted(desk):
    return desk / "0"


@pytest.mark.slow
def test_a_run_killed_and_interrupted_ends_as_if_it_never_had_been(desk, interrupted):
    kept = desk / "resumed"
    shutil.copytree(interrupted, kept)
    shown = command("resume", "resumed", cwd=desk)
    assert shown.returncode == 0, shown.stderr
    assert "run folder     resumed" in shown.stdout
    same(kept, desk / "whole")
    again = command("resume", "resumed", cwd=desk)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "a completed run in it" in again.stderr


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_leaves_the_last_checkpoint(desk, interrupted):
    """A limit on the size of a file stands for the disk: no process may write a checkpoint."""
    full = desk / "full"
    shutil.copytree(interrupted, full)
    before = (full / "checkpoint.npz").read_bytes()
    shown = subprocess.run(
        [*RNNEXP, "resume", "full"],
        cwd=desk,
        env=environment(),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2,) * 2),
    )
    assert shown.returncode == 2, shown.stderr
    messages = [line for line in shown.stderr.splitlines() if line.startswith("rnnexp: ")]
    assert messages == [
        "rnnexp: full: the run can write no more: File too large; once it can: rnnexp resume full"
    ]
    assert "Traceback" not in shown.stderr
    assert (full / "checkpoint.npz").read_bytes() == before
    summary = json.loads((full / "summary.json").read_text())
    assert (summary["state"], "File too large" in summary["error"]) == ("interrupted", True)
    assert load(full) is not None


@pytest.mark.slow
def test_twenty_random_moments(tmp_path):
    seed = random.randrange(1000)
    print("seed", seed)
    moments = random.Random(seed)
    print(stop(tmp_path, *[f"{moments.uniform(0, 1):.3f}" for _ in range(20)]))
    folders = sorted(tmp_path.iterdir())
    for folder in folders:
        if not (folder / "config.yaml").exists():
            continue  # killed before it had begun
        ended = (read_summary(folder) or Summary("running")).state == "completed"
        shown = command("resume", str(folder), cwd=tmp_path)
        assert shown.returncode == (2 if ended else 0), shown.stderr
        same(folder, tmp_path / "whole")
    assert len(folders) > 1
