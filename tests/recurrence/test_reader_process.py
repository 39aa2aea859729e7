"""Whatever happens to the process that reads the files, the next request has an answer."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from rnnexp.dashboard.history import load_history
from rnnexp.recurrence.problems import Problem
from rnnexp.recurrence.reader_process import DoesNotStart, ReaderProcess
from tests.recurrence.made import ask, layer, write

ARRAY = {"layer": "gru", "name": "gate_at", "query": {}}


@pytest.fixture
def reader():
    process = ReaderProcess(seconds=20)
    process.start()
    yield process
    process.close()


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "run")


def expected(path):
    return load_history(path)["gru"]["gate_at"].values.astype("float32")


def test_a_process_that_died_is_started_again(reader, path):
    ask(reader, "array", path, **ARRAY)
    os.kill(reader.pid, signal.SIGKILL)
    answer = ask(reader, "array", path, **ARRAY)
    np.testing.assert_array_equal(np.frombuffer(answer.numbers, "<f4"), expected(path).ravel())


def test_a_process_that_dies_during_a_request_is_started_again(reader, path):
    os.kill(reader.pid, signal.SIGSTOP)
    timer = threading.Timer(0.3, os.kill, [reader.pid, signal.SIGKILL])
    timer.start()
    answer = ask(reader, "array", path, **ARRAY)
    timer.join()
    assert answer.numbers == expected(path).tobytes()


def test_a_file_that_takes_too_long_is_told_and_not_read_again(path, tmp_path):
    reader = ReaderProcess(seconds=1)
    reader.start()
    hanging = reader.pid
    os.kill(hanging, signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(Problem, match=r"cannot be read \(it is not read within 1 seconds\)"):
            ask(reader, "summary", path)
    assert time.monotonic() - began < 2
    assert ask(reader, "summary", write(tmp_path / "other")).answer["steps"]
    assert not Path(f"/proc/{hanging}").exists()
    reader.close()


# Which file crashes HDF5 depends on its version. Here it is each in a folder `damaged`.
CRASHES = """
import os
from rnnexp.recurrence import reader

def opened(path, original=reader.opened):
    if "/damaged/" in path:
        os.kill(os.getpid(), 11)
    return original(path)

reader.opened = opened
reader.main()
"""


def test_a_file_that_crashes_it_is_told_and_not_read_again(path, tmp_path, monkeypatch):
    (tmp_path / "crashes.py").write_text(CRASHES)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho >> {tmp_path}/starts\nexec {sys.executable} crashes.py\n")
    python.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(python))
    reader, bad = ReaderProcess(), write(tmp_path / "damaged")
    for _ in range(3):
        with pytest.raises(Problem, match=r"cannot be read \(reading it ends with signal 11\)"):
            ask(reader, "summary", bad)
    assert ask(reader, "summary", path).answer["steps"]
    assert len((tmp_path / "starts").read_text().splitlines()) == 3  # two for the bad file
    reader.close()


def test_many_threads_get_each_their_own_answer(reader, tmp_path):
    paths = [write(tmp_path / str(i), {"gru": layer(i)}) for i in range(6)]
    answers = {}

    def ask_often(path):
        answers[path] = [ask(reader, "array", path, **ARRAY).numbers for _ in range(20)]

    threads = [threading.Thread(target=ask_often, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for path in paths:
        assert set(answers[path]) == {expected(path).tobytes()}


def test_what_is_read_is_one_version_although_a_training_writes(reader, tmp_path):
    path, ended = write(tmp_path, {"gru": layer(0)}), threading.Event()

    def write_on():
        while not ended.is_set():
            write(tmp_path, {"gru": layer(1)})
            write(tmp_path, {"gru": layer(0)})

    whole = {layer(i)["gate_at"].values.astype("float32").tobytes() for i in range(2)}
    thread = threading.Thread(target=write_on)
    thread.start()
    try:
        found = {ask(reader, "array", path, **ARRAY).numbers for _ in range(40)}
    finally:
        ended.set()
        thread.join()
    assert found <= whole


def test_a_file_that_vanished_is_told(reader, path):
    version = "any"
    path.unlink()
    with pytest.raises(Problem, match=r"there is no diagnostics.nc any more"):
        reader.read("summary", str(path), version)


def test_it_ends_with_the_process_that_started_it(path):
    code = (
        "import os, signal, sys, time; from rnnexp.recurrence.reader_process import ReaderProcess;"
        "r = ReaderProcess(); r.start(); print(r.pid, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    status = Path(f"/proc/{int(done.stdout)}/status")
    end = time.monotonic() + 20
    while status.exists() and not re.search(r"^State:\s+Z", status.read_text(), re.MULTILINE):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nothing_of_the_current_folder_is_imported(path, tmp_path, monkeypatch):
    for name in ("h5py", "numpy", "json", "rnnexp"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    process = ReaderProcess()
    assert ask(process, "summary", path).answer["steps"]
    process.close()


def test_it_imports_no_tensorflow(reader, path):
    ask(reader, "array", path, **ARRAY)
    files = Path(f"/proc/{reader.pid}/maps").read_text()
    assert "h5py" in files
    assert not re.search("tensorflow|keras|pandas", files)


def test_its_memory_is_limited(reader):
    limits = Path(f"/proc/{reader.pid}/limits").read_text()
    assert re.search(rf"Max address space\s+{2**31}\s", limits)


def test_a_process_that_does_not_start_is_told(path, tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 5\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(DoesNotStart, match=r"does not start \(.*exit code 5\)"):
        ask(ReaderProcess(), "summary", path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(DoesNotStart, match=r"does not start \(.*No such file"):
        ask(ReaderProcess(), "summary", path)
