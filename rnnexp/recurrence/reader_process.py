"""The separate process that reads the files, and what becomes of a file that ends it."""

import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

from rnnexp.recurrence.problems import Problem, one_line, unreadable

ANSWER = struct.Struct("<II")
"""The lengths of the JSON text and of the bytes, before both."""
_SECONDS_TO_START = 60.0
_MOST_HARMFUL = 1000
_SOURCE = str(Path(__file__).parents[2])


class DoesNotStart(Problem):
    """Raised if there is no process to read any file."""


class Answer(NamedTuple):
    """What was read of a file.

    Args:
        version: The version of the file that it was read of.
        answer: The JSON value.
        numbers: The bytes that belong to it.
    """

    version: str
    answer: dict[str, Any]
    numbers: bytes


class ReaderProcess:
    """Reads files in a separate process, one at a time; to be used by any thread.

    Args:
        seconds: How long a request may take.
    """

    def __init__(self, seconds: float = 20.0) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._harmful: OrderedDict[tuple[str, str], str] = OrderedDict()

    @property
    def pid(self) -> int | None:
        """The id of the process; None before it is started."""
        return self._process.pid if self._process else None

    def read(self, kind: str, path: str, version: str, **request: Any) -> Answer:
        """Read something of a file.

        Args:
            kind: `summary`, `layer` or `array`.
            path: Path of the file.
            version: The version that it has now. One that has ended the process is not read again.
            **request: What else the request says.

        Raises:
            Problem: If there is no answer.
        """
        key = (path, version)
        line = json.dumps({"kind": kind, "path": path, **request}).encode() + b"\n"
        with self._lock:
            if key in self._harmful:
                raise unreadable(self._harmful[key])
            try:
                answer, numbers = self._answered(line)
            except _Ended as ended:
                self._harmful[key] = str(ended)
                while len(self._harmful) > _MOST_HARMFUL:
                    self._harmful.popitem(last=False)
                raise unreadable(ended) from ended
        if "problem" in answer:
            raise Problem(answer["problem"], answer["code"])
        return Answer(answer["version"], answer["answer"], numbers)

    def start(self) -> None:
        """Start the process, so that the first request does not wait for it."""
        with self._lock:
            self._started()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._process:
                self._end()

    def _answered(self, line: bytes, again: bool = True) -> tuple[dict[str, Any], bytes]:
        process = self._started()
        try:
            os.write(process.stdin.fileno(), line)  # type: ignore[union-attr]
            return _received(process, time.monotonic() + self._seconds)
        except TimeoutError:
            self._end()
            raise _Ended(f"it is not read within {self._seconds:g} seconds") from None
        except OSError:
            code = self._end()
            if again:  # someone else may have ended it
                return self._answered(line, again=False)
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise _Ended(f"reading it ends with {how}") from None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is None:
            return self._process
        self._process = None
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (_SOURCE, os.environ.get("PYTHONPATH")))),
            "HDF5_USE_FILE_LOCKING": "FALSE",  # a training replaces the file while it is read
            "HDF5_PLUGIN_PRELOAD": "::",  # a file cannot load code
            "OPENBLAS_NUM_THREADS": "1",  # each thread would reserve memory, which is limited
        }
        try:
            # With -P, modules in the current folder are not imported. Ctrl-C in the terminal is
            # for TensorBoard alone.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "rnnexp.recurrence.reader"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            _received(self._process, time.monotonic() + _SECONDS_TO_START)
        except OSError as error:
            how = f"exit code {self._end()}" if self._process else one_line(error)
            raise DoesNotStart(
                f"the process that reads diagnostics.nc does not start ({how})"
            ) from error
        return self._process

    def _end(self) -> int:
        """End the process, if it has not ended; its exit code."""
        process, self._process = self._process, None
        assert process
        process.kill()
        process.communicate()  # waits for the end
        return process.returncode


class _Ended(Exception):
    """Raised if a request has ended the process; its text says how."""


def _received(process: subprocess.Popen[bytes], end: float) -> tuple[dict[str, Any], bytes]:
    file = process.stdout.fileno()  # type: ignore[union-attr]
    text, numbers = ANSWER.unpack(_bytes(file, ANSWER.size, end))
    return json.loads(_bytes(file, text, end)), _bytes(file, numbers, end)


def _bytes(file: int, number: int, end: float) -> bytes:
    received = bytearray()
    poll = select.poll()
    poll.register(file, select.POLLIN)
    while len(received) < number:
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            raise TimeoutError
        part = os.read(file, min(number - len(received), 2**20))
        if not part:
            raise ConnectionResetError
        received += part
    return bytes(received)
