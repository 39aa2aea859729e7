"""The file of a task on data of one's own: its absolute path and its checksum."""

from pathlib import Path
from typing import TYPE_CHECKING

from rnnexp.files.checksum import checksum
from rnnexp.files.reading import Unreadable, check_regular_file

if TYPE_CHECKING:
    from rnnexp.tasks.task import Task


def check_path(task: "Task", example: str) -> str:
    """Return the field `path` of a task.

    Raises:
        ValueError: It is no text, or is empty.
    """
    given = getattr(task, "path", None)
    if not isinstance(given, str) or not given:
        raise ValueError(
            f"path of {type(task).__name__} is {given!r}, expected the name of a file: set for "
            f"instance path={example}"
        )
    return given


def checked_file(task: "Task", example: str) -> tuple[str, str]:
    """Return the absolute path and the checksum of the file `task.path`.

    Args:
        task: A task with the fields `path` and `checksum`.
        example: A name of such a file, for messages.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: No path is given, the path names no readable file, or the file has another
            checksum than the task.
    """
    given, expected = check_path(task, example), getattr(task, "checksum", None)
    name = type(task).__name__
    path = Path(given).expanduser().absolute()
    try:
        check_regular_file(path)
        found = checksum(path)
    except FileNotFoundError:
        raise FileNotFoundError(_missing(path, given, name, example)) from None
    except (Unreadable, OSError) as error:
        raise ValueError(f"path of {name} is {given!r}, which cannot be read: {error}") from error
    if expected is not None and expected != found:
        raise ValueError(
            f"checksum of {name} is {expected!r}, but that of {path} is {found!r}, expected the "
            "same file: bring the file back that the run was started with, or set checksum=null "
            "in a new run"
        )
    return str(path), found


def store_file(task: "Task", example: str) -> None:
    """Check the file `task.path`, and store its absolute path and its checksum in the task.

    Raises:
        FileNotFoundError, ValueError: As `checked_file` does.
    """
    for name, value in zip(("path", "checksum"), checked_file(task, example), strict=True):
        object.__setattr__(task, name, value)  # the task is frozen


def _missing(path: Path, given: str, name: str, example: str) -> str:
    from difflib import get_close_matches

    names = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    close = get_close_matches(path.name, names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"set for instance path={example}"
    return f"path of {name} is {given!r}, but there is no file {path}, expected one: {hint}"
