"""The exception for a mistake of the user, and suggestions for a misspelt name."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches


class UserError(Exception):
    """A mistake of the user. Its one line says what came, what was expected and how to mend it."""


def one_line(error: Exception) -> str:
    """Return the type and the first line of `error`, at most 300 characters of it."""
    lines = str(error).strip().splitlines() or ["no reason given"]
    text = f"{type(error).__name__}: {' '.join(lines[0].split())[:300]}"
    return f"{text}; --traceback shows where"


@contextmanager
def raised_as_user_error(where: str) -> Iterator[None]:
    """Raise any exception inside the block, as of Keras for a bad value, as a `UserError`.

    Args:
        where: With what the line begins: a key of the config.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"{where}: {one_line(error)}") from error


def suggest(name: str, names: Iterable[str]) -> str:
    """Return what to write instead of the unknown `name`, as part of an error message.

    That is the closest of `names`, and all of them where they are few or none is close.
    """
    known = sorted(names)
    match = get_close_matches(name, known, n=1, cutoff=0.5)
    if not known:
        return "there is nothing to choose from here"
    question = [f"did you mean {match[0]}?"] if match else []
    choice = [f"choose from {', '.join(known)}"] if len(known) <= 8 or not match else []
    return " ".join(question + choice)


def suggest_flag(message: str, flags: Iterable[str]) -> str:
    """Return argparse's `message` about an unknown argument, with the closest of `flags`."""
    unknown = message.removeprefix("unrecognized arguments: ")
    match = get_close_matches(unknown.split()[0].partition("=")[0], list(flags), n=1)
    return f"{message}; did you mean {match[0]}?" if match and unknown != message else message
