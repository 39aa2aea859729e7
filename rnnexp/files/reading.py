"""Reading of files that anybody may have written.

No file can make a reader wait, or take more memory than a limit; what is wrong with one is said.
"""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import yaml

_MIB = 2**20
_MAX_DEPTH = 50
_MAX_EVENTS = 20_000
_MAX_DIGITS = 1000
# The loader in C, where PyYAML has it, is seven times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# It refuses half of a surrogate pair, which PyYAML writes of a name that is not Unicode.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(Exception):
    """Raised for a file that exists and cannot be read; its text says why."""


def check_regular_file(path: Path) -> None:
    """Check that `path` is a regular file.

    Raises:
        FileNotFoundError: If there is nothing.
        Unreadable: For a folder, a pipe or a device, and for a file that may not be read.
    """
    os.close(_opened(path))


def read_text(path: Path, most: int = 64 * _MIB, encoding: str = "utf-8") -> str:
    """Return the text of a file.

    Args:
        path: The file.
        most: The largest size in bytes.
        encoding: That of the file.

    Raises:
        FileNotFoundError: If there is nothing.
        Unreadable: If it is larger, no regular file or not so encoded, or cannot be read.
    """
    with os.fdopen(_opened(path), "rb") as file:
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise Unreadable(error.strerror) from error
    if len(data) > most:
        raise Unreadable(f"more than {most // _MIB} MiB")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not {encoding.upper()} at byte {error.start}") from error


def read_json(path: Path) -> Any:
    """Return the value in a JSON file; raises as `read_text` does."""
    text = read_text(path, _MIB)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if _depth(value) > _MAX_DEPTH:
        raise Unreadable(f"nested more than {_MAX_DEPTH} levels deep")
    return value


def read_yaml(path: Path) -> Any:
    """Return the value in a YAML file without references; raises as `read_text` does."""
    text = read_text(path, _MIB)
    try:
        loader = yaml.SafeLoader if _SURROGATE.search(text) else _LOADER
        _check_events(text, loader)
        return yaml.load(text, loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise Unreadable(f"line {line}: {error.problem}") from error
    except (ValueError, OverflowError, yaml.YAMLError) as error:
        raise Unreadable(" ".join(str(error).split())) from error


def _opened(path: Path) -> int:
    try:
        # Without O_NONBLOCK, opening a pipe waits for a writer.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise Unreadable(getattr(error, "strerror", None) or str(error)) from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Unreadable("it is not a regular file")
    return file


def _check_events(text: str, loader: Any) -> None:
    """Refuse what would grow without end when it is loaded."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, loader)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH or number > _MAX_EVENTS:
            raise Unreadable("nested deeper or longer than any config")
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(f"it holds a reference (*{event.anchor})")
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            number_like = event.value[:1] in "+-.0123456789"
            if number_like and len(event.value) > _MAX_DIGITS:  # parsing it would take minutes
                raise Unreadable(f"a number of {len(event.value)} characters")


def _depth(value: Any) -> int:
    """Return how many lists and mappings are nested."""
    deepest, level = 0, [value]
    while level := [v for v in level if isinstance(v, dict | list)]:
        deepest += 1
        level = [w for v in level for w in (v.values() if isinstance(v, dict) else v)]
    return deepest
