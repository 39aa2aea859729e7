"""The process that reads the files: requests come on stdin, answers go to stdout.

A request is a line of JSON. An answer is two lengths (`ANSWER`), a JSON text and bytes.
"""

import json
import resource
import signal
import sys
from typing import Any, BinaryIO

import h5py

from rnnexp.recurrence.description import description, summary
from rnnexp.recurrence.hdf5 import opened
from rnnexp.recurrence.problems import Problem, unreadable
from rnnexp.recurrence.reader_process import ANSWER
from rnnexp.recurrence.stretch import stretch

SECONDS = 20  # that a request may take
MOST_BYTES = {"summary": 2**18, "layer": 2**23, "array": 2**23}  # of the JSON text
_MEMORY = 2**31


def main() -> None:
    """Answer until the end of stdin."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    _send(answers, b"{}", b"")
    for line in requests:
        # Ends this process even where HDF5 hangs and nobody is left to end it.
        signal.alarm(2 * SECONDS)
        _send(answers, *_answer(json.loads(line)))
        signal.alarm(0)


def _answer(request: dict[str, Any]) -> tuple[bytes, bytes]:
    try:
        with opened(request["path"]) as (file, version):
            answer, numbers = _read(file, request)
        text = _json({"answer": answer, "version": version})
        most = MOST_BYTES[request["kind"]]
        if len(text) <= most:
            return text, numbers
        problem = unreadable(f"its names and attributes take {len(text)} bytes, {most} at most")
    except Problem as error:
        problem = error
    except PermissionError as error:
        problem = unreadable(error.strerror)
    except MemoryError:
        problem = unreadable(f"it takes more than {_MEMORY // 2**30} GiB of memory")
    except Exception as error:  # HDF5 raises its own for each damage
        problem = unreadable(error)
    return _json({"problem": str(problem), "code": problem.code}), b""


def _read(file: h5py.File, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    if request["kind"] == "summary":
        return summary(file), b""
    if request["kind"] == "layer":
        return description(file, request["layer"]), b""
    return stretch(file, request["layer"], request["name"], request["query"])


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode()


def _send(answers: BinaryIO, text: bytes, numbers: bytes) -> None:
    answers.write(ANSWER.pack(len(text), len(numbers)) + text + numbers)
    answers.flush()


if __name__ == "__main__":
    main()
