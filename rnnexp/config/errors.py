"""The one exception for a mistake in what was asked, and the nearest name to a misspelt one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches


class UserError(Exception):
    """A mistake of who asks: one line with what came, what was expected, how to mend it."""


def one_line(error: Exception) -> str:
    """What `error` says, as it is told of something that others refuse late."""
    lines = str(error).strip().splitlines() or ["no reason given"]
    told = f"{type(error).__name__}: {' '.join(lines[0].split())[:300]}"
    return f"{told}; --traceback shows where"


@contextmanager
def refused(where: str) -> Iterator[None]:
    """Raise as a UserError of one line whatever Keras or TensorFlow makes of a bad value."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"{where}: {one_line(error)}") from error


def nearest(name: str, names: Iterable[str]) -> str:
    """What to say instead of `name`: the closest of `names`, and all of them where they are few."""
    known = sorted(names)
    match = get_close_matches(name, known, n=1, cutoff=0.5)
    if not known:
        return "there is nothing to choose from here"
    question = [f"did you mean {match[0]}?"] if match else []
    choice = [f"choose from {', '.join(known)}"] if len(known) <= 8 or not match else []
    return " ".join(question + choice)


def misspelt(message: str, flags: Iterable[str]) -> str:
    """What argparse says of arguments that it does not know, with the flag that was meant."""
    unknown = message.removeprefix("unrecognized arguments: ")
    match = get_close_matches(unknown.split()[0].partition("=")[0], list(flags), n=1)
    return f"{message}; did you mean {match[0]}?" if match and unknown != message else message
