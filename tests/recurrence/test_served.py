"""A real TensorBoard on real and on very many and large runs: what its page would wait for."""

import json
import os
import re
import signal
import struct
import subprocess
import time
import urllib.error
from pathlib import Path

import h5py
import numpy as np
import pytest

from rnnexp.dashboard.history import load_history
from tests.command import RNNEXP, environment
from tests.dashboard.served import tensorboard
from tests.recurrence.made import S, layer, write

pytestmark = pytest.mark.slow  # a TensorBoard takes seconds to start
PLUGIN = "plugin/recurrence"
STEPS, T, M, GATES = 1000, 5000, 512, 2
RUNS = 400


def train(folder):
    overrides = ["task.order=row", "model.units=4", "trainer.steps=12", f"hydra.run.dir={folder}"]
    done = subprocess.run([*RNNEXP, "train", *overrides], env=environment(), capture_output=True)
    assert done.returncode == 0, done.stderr


def write_long_run(path):
    """A long training of a large layer on long sequences."""
    path.parent.mkdir(parents=True)
    rng = np.random.default_rng(0)
    sizes = {"step": STEPS, "gate": GATES, "time": T, "unit": M, "snapshot": 2}
    variables = {
        "gate_at": ("step", "gate", "time"),
        "gate_mean": ("step", "gate", "unit"),
        "unit_gate_z": ("snapshot", "time", "unit"),
    }
    with h5py.File(path, "w") as file:
        file.attrs["layers"] = ["gru"]
        group = file.create_group("gru")
        for dim, size in sizes.items():
            group[dim] = np.arange(size)
            group[dim].make_scale(dim)
        for name, dims in variables.items():
            group[name] = rng.random([sizes[dim] for dim in dims], "float32").astype("f8")
            for axis, dim in enumerate(dims):
                group[name].dims[axis].attach_scale(group[dim])


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logdir")
    train(folder / "real")
    return folder


@pytest.fixture(scope="module")
def board(logdir):
    with tensorboard(logdir) as served:
        yield served


def timed(function, *arguments, **query):
    began = time.monotonic()
    answer = function(*arguments, **query)
    return answer, time.monotonic() - began


def array(board, **query):
    data = board.get(f"{PLUGIN}/array", **query)
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    return header, np.frombuffer(data, "<f4", offset=4 + length).reshape(header["shape"])


def listed(board):
    return {run["name"]: run for run in board.json(f"{PLUGIN}/runs")["runs"]}


def test_the_page_of_a_real_run_gets_what_the_run_has_written(board, logdir):
    assert board.json("plugins_listing")["recurrence"]["enabled"]
    run, layers = listed(board)["real"], load_history(logdir / "real" / "diagnostics.nc")
    assert (run["problem"], run["tensorboard_run"]) == (None, "real/tensorboard")
    assert [of["name"] for of in run["layers"]] == list(layers)
    for name, dataset in layers.items():
        told = board.json(f"{PLUGIN}/layer", run="real", layer=name)
        assert set(told["variables"]) == set(dataset.data_vars)
        for variable in told["variables"]:
            header, numbers = array(board, run="real", layer=name, name=variable)
            expected = dataset[variable].sel(
                {d: header["labels"][d] for d in dataset[variable].dims if d in dataset.coords}
            )
            np.testing.assert_array_equal(numbers, expected.values.astype("float32"))
    curves = board.json(f"{PLUGIN}/scores", run="real")
    assert {"loss/train", "loss/validation", "accuracy/test"} <= set(curves)
    assert all(points[-1][0] == 12 for points in curves.values())


def test_a_run_that_begins_while_it_is_looked_at_appears_and_grows(board, logdir):
    for steps in (2, S):
        write(logdir / "new", {"gru": layer().isel(step=slice(steps))})
        end = time.monotonic() + 5
        while listed(board).get("new", {}).get("steps") != steps:
            assert time.monotonic() < end
            time.sleep(0.2)


def readers():
    """The processes that read files, by their ids: those of the TensorBoards of this process."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], text=True, capture_output=True).stdout
    rows = [line.split(maxsplit=2) for line in found.splitlines()]
    boards = {pid for pid, parent, _ in rows if int(parent) == os.getpid()}
    return [
        int(pid) for pid, parent, args in rows if parent in boards and "recurrence.reader" in args
    ]


def test_tensorboard_goes_on_when_a_file_or_the_reader_is_broken(board, logdir):
    whole = write(logdir / "broken").read_bytes()
    (logdir / "broken" / "diagnostics.nc").write_bytes(whole[: len(whole) // 2])
    (reader,) = readers()
    os.kill(reader, signal.SIGKILL)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        time.sleep(3)
        board.get(f"{PLUGIN}/layer", run="broken", layer="gru")
    assert "cannot be read (" in listed(board)["broken"]["problem"]
    assert listed(board)["real"]["problem"] is None
    assert len(readers()) == 1


def test_a_long_run_is_answered_at_once_and_takes_little_memory(board, logdir):
    write_long_run(logdir / "long" / "diagnostics.nc")
    time.sleep(3)
    assert listed(board)["long"]["steps"] == STEPS
    queries = [
        {"name": "gate_at"},
        {"name": "gate_at", "gate": 0, "most_time": 1024},
        {"name": "gate_at", "step": -1},
        {"name": "gate_mean", "gate": 1},
        {"name": "unit_gate_z", "snapshot": -1, "most_unit": M},
        {"name": "unit_gate_z", "unit": 7, "most_time": 1024},
    ]
    for query in queries:
        # The faster of two, because other tests may run at the same time.
        answers = [timed(array, board, run="long", layer="gru", **query) for _ in range(2)]
        (_, numbers), _ = answers[0]
        assert numbers.size <= 2**18
        assert min(seconds for _, seconds in answers) < 0.3, query
    (reader,) = readers()
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{reader}/status").read_text())[1]
    assert int(peak) < 300_000


def test_400_runs_are_listed_at_once(logdir, tmp_path):
    events = next((logdir / "real" / "tensorboard").rglob("events.*"))
    data = (logdir / "real" / "diagnostics.nc").read_bytes()
    for i in range(RUNS):
        (tmp_path / f"{i}" / "tensorboard").mkdir(parents=True)
        (tmp_path / f"{i}" / "diagnostics.nc").write_bytes(data)
        (tmp_path / f"{i}" / "tensorboard" / events.name).write_bytes(events.read_bytes())
    with tensorboard(tmp_path) as served:
        for run in range(RUNS):  # as if they were all new
            (tmp_path / f"{run}" / "diagnostics.nc").touch()
        time.sleep(5)  # for which the last list may be kept
        told, first = timed(served.json, f"{PLUGIN}/runs")
        assert [run["name"] for run in told["runs"]] == [str(i) for i in range(RUNS)]
        began = time.monotonic()
        while told["pending"]:
            told = served.json(f"{PLUGIN}/runs")
        rest = time.monotonic() - began
        assert all(run["problem"] is None for run in told["runs"])
        time.sleep(5)
        warm = min(timed(listed, served)[1] for _ in range(2))
    assert (first < 2, rest < 5, warm < 1) == (True, True, True), (first, rest, warm)
