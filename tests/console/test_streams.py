"""Whatever becomes of what a command says: closed, full, plain ASCII, unbuffered."""

import os
import subprocess
import sys

import pytest

from tests.command import RNNEXP, environment

FULL = "stdout cannot be written: No space left on device"


def shell(line, tmp_path, **more):
    """What `rnnexp` in a line of bash did."""
    return subprocess.run(
        ["bash", "-c", line.replace("rnnexp", " ".join(RNNEXP))],
        cwd=tmp_path,
        env={**environment(), **more},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("line", "code", "stderr"),
    [
        ("rnnexp --help >/dev/full", 2, f"rnnexp: {FULL}\n"),
        ("rnnexp --help >&-", 0, ""),
        ("rnnexp --help <&- >&- 2>&-", 0, ""),
        ("rnnexp trian 2>&-", 2, ""),
        ("rnnexp trian 2>/dev/full", 2, ""),
    ],
)
def test_a_stream_that_takes_nothing(line, code, stderr, tmp_path):
    shown = shell(line, tmp_path)
    assert (shown.returncode, shown.stderr) == (code, stderr)


def test_letters_that_a_terminal_has_not(tmp_path):
    shown = shell("rnnexp é×", tmp_path, PYTHONIOENCODING="ascii")
    assert shown.returncode == 2
    assert shown.stderr.startswith("rnnexp: \\xe9\\xd7: there is no such command")


@pytest.mark.parametrize("backend", ["jax", "torch", "nowhere"])
def test_another_backend_is_refused_at_once(backend, tmp_path):
    shown = shell("rnnexp resume .", tmp_path, KERAS_BACKEND=backend)
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert f"got {backend}" in shown.stderr


def test_a_current_folder_that_is_gone(tmp_path):
    shown = shell("mkdir gone; cd gone; rmdir ../gone; rnnexp train", tmp_path)
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert "it was removed" in shown.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_is_said_arrives_when_it_is_said(unbuffered, tmp_path):
    """The last letters too, of a process that ends without Python's own farewell."""
    script = (
        "import os, sys; from rnnexp.console.streams import keep_streams_writable;"
        "keep_streams_writable();"
        "sys.stderr.write('a bar'); sys.stderr.write('\\n'); sys.stderr.flush() if not "
        "os.environ['PYTHONUNBUFFERED'] else None; os._exit(0)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment(), "PYTHONUNBUFFERED": unbuffered},
        capture_output=True,
        text=True,
    )
    assert shown.stderr == "a bar\n"
