"""Bad files of a run folder, as `rnnexp resume` and `rnnexp train` meet them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from rnnexp.commands.resume import resume
from rnnexp.config.errors import UserError
from rnnexp.files.reading import Unreadable
from rnnexp.runs.metrics import read_metrics
from rnnexp.runs.saved_config import read_config
from rnnexp.runs.summary import read_summary
from rnnexp.training.checkpoint import load
from tests.bad_inputs.inputs import BadInput

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n"
    for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
CONFIGS = {
    "empty": b"",
    "a list": b"[1, 2]",
    "a number": b"3",
    "text": b"hello",
    "null": b"null",
    "truncated": b"model:\n  units: [3",
    "no UTF-8": b"\xff\xfe\x00model",
    "zeros": b"\0" * 100,
    "a bomb": BOMB.encode(),
    "deep": b"a: " + b"[" * 5000,
    "deep blocks": b"".join(b" " * i + b"a:\n" for i in range(2000)),
    "a tag": b"a: !!python/object/apply:os.system [echo]",
    "another tag": b"!mine {a: 1}",
    "two documents": b"a: 1\n---\nb: 2\n",
    "a duplicate key": b"model: {}\nmodel: {}\n",
    "a date": b"model: 2026-01-31\n",
    "numbers as keys": b"1: 2\n3: 4\n",
    "an endless number": b"a: " + b"1:" * 5000 + b"0\n",
    "a tab": b"model:\n\tunits: 3\n",
    "other keys": b"speed: 3\n",
    "model is a list": b"model: [1]\n",
    "task is null": b"task: null\n",
}
SUMMARIES = {
    "empty": b"",
    "a list": b"[]",
    "truncated": b'{"state": "runn',
    "a number": b"1",
    "deep": b"[" * 100_000,
    "deep but whole": b"[" * 900 + b"]" * 900,
    "no UTF-8": b'{"state": "\xff"}',
    "a long number": b'{"a": ' + b"1" * 5000 + b"}",
    "no state": b"{}",
    "another state": b'{"state": [1]}',
}
ARCHIVES = {
    "empty": b"",
    "text": b"no archive",
    "zeros": b"\0" * 1000,
    "half a zip": b"PK\3\4" + b"\0" * 40,
    "an end of a zip": b"PK\5\6" + b"\0" * 18,
    "an end that lies": b"PK\5\6" + b"\xff" * 18,
    "an array alone": b"\x93NUMPY\1\0v\0{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }",
    "a pickle": b"\x80\4\x95\1\0\0\0\0\0\0\0.",
}
TABLES = {
    "no UTF-8": b"\xff\xfe",
    "empty": b"",
    "half a row": b"epoch,step,loss\n1,3",
    "no number": b"epoch,step\n1,three\n",
    "other columns": b"a,b\n1,2\n",
    "zeros": b"epoch,step\n\0,\0\n",
    "an open quote": b'epoch,step\n"1,3\n',
    "half a step": b"epoch,step\n1,3.5\n",
}


def configs() -> Iterator[BadInput]:
    """A config.yaml that is none, in `rnnexp resume`."""
    yield from _written("config.yaml", CONFIGS, lambda folder: resume([str(folder)]))
    yield from _no_files("config.yaml", read_config)


def summaries() -> Iterator[BadInput]:
    """A summary.json that is none, of a run to be resumed."""
    yield from _written("summary.json", SUMMARIES, read_summary)
    yield from _no_files("summary.json", read_summary)


def checkpoints() -> Iterator[BadInput]:
    """A checkpoint that is none."""
    yield from _written("checkpoint.npz", ARCHIVES, load)
    yield from _no_files("checkpoint.npz", load)


def tables() -> Iterator[BadInput]:
    """A metrics.csv that is none: it is set aside, see tests/training/test_nothing_lost.py."""
    yield from _written("metrics.csv", TABLES, _table)
    yield from _no_files("metrics.csv", _table)


def _written(name: str, contents: dict, ask: Callable[[Path], object]) -> Iterator[BadInput]:
    for kind, data in contents.items():

        def asked(folder, data=data):
            (folder / name).write_bytes(data)
            try:
                ask(folder)
            finally:
                (folder / name).unlink()

        yield BadInput(f"{name}: {kind}", asked)


def _no_files(name: str, ask: Callable[[Path], object]) -> Iterator[BadInput]:
    """What is there, and no file: a folder, a pipe, a link to itself, a device without end."""
    makers: dict[str, Callable[[Path], object]] = {
        "a folder": Path.mkdir,
        "a pipe": os.mkfifo,
        "a link to itself": lambda path: path.symlink_to(path),
        "an endless device": lambda path: path.symlink_to("/dev/zero"),
    }
    for kind, make in makers.items():

        def asked(folder, make=make):
            make(folder / name)
            try:
                ask(folder)
            finally:
                (folder / name).rmdir() if (folder / name).is_dir() else (folder / name).unlink()

        yield BadInput(f"{name}: {kind}", asked)


def _table(folder: Path) -> None:
    try:
        read_metrics(folder)
    except Unreadable as error:
        raise UserError(str(error)) from error
