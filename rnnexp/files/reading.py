"""Files from anywhere: none is waited for, none expands, and what is wrong is said."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import yaml

_MIB = 2**20
_DEEPEST = 50
_MOST_EVENTS = 20_000
_LONGEST_NUMBER = 1000
# libyaml's reader where it was built: seven times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """A file that is there and cannot be read: why."""


def check_file(path: Path) -> None:
    """Raise FileNotFoundError, or Unreadable for what is no file: a folder, a pipe, a device."""
    os.close(_opened(path))


def text_of(path: Path, most: int = 64 * _MIB) -> str:
    """What stands in a file of UTF-8.

    Raises FileNotFoundError; Unreadable for any other reason, and for more than `most` bytes.
    """
    with os.fdopen(_opened(path), "rb") as file:
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise Unreadable(error.strerror) from error
    if len(data) > most:
        raise Unreadable(f"more than {most // _MIB} MiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"no UTF-8 at byte {error.start}") from error


def json_of(path: Path) -> Any:
    """The value in a JSON file; raises as `text_of` does."""
    text = text_of(path, _MIB)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if _depth(value) > _DEEPEST:
        raise Unreadable(f"more than {_DEEPEST} deep")
    return value


def yaml_of(path: Path) -> Any:
    """The value in a YAML file without references; raises as `text_of` does."""
    text = text_of(path, _MIB)
    try:
        _check_events(text)
        return yaml.load(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise Unreadable(f"line {line}: {error.problem}") from error
    except (ValueError, OverflowError, yaml.YAMLError) as error:
        raise Unreadable(" ".join(str(error).split())) from error


def _opened(path: Path) -> int:
    try:
        # A pipe that nobody writes to would be waited for.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise Unreadable(getattr(error, "strerror", None) or str(error)) from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Unreadable("it is no file")
    return file


def _check_events(text: str) -> None:
    """Refuse what grows without end when it is read, before it is."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, _LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or number > _MOST_EVENTS:
            raise Unreadable("deeper or longer than any config")
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(f"it refers to itself (*{event.anchor})")
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            digits = len(event.value) > _LONGEST_NUMBER and event.value[:1] in "+-.0123456789"
            if digits:  # minutes and seconds without end take minutes
                raise Unreadable(f"a number of {len(event.value)} letters")


def _depth(value: Any) -> int:
    """How many lists and mappings are within each other."""
    deepest, level = 0, [value]
    while level := [v for v in level if isinstance(v, dict | list)]:
        deepest += 1
        level = [w for v in level for w in (v.values() if isinstance(v, dict) else v)]
    return deepest
