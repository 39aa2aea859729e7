"""The one exception for a mistake in what was asked, and the nearest name to a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(Exception):
    """A mistake of who asks: one line with what came, what was expected, how to mend it."""


def nearest(name: str, names: Iterable[str]) -> str:
    """What to say instead of `name`: the closest of `names`, and all of them where they are few."""
    known = sorted(names)
    match = get_close_matches(name, known, n=1, cutoff=0.5)
    question = [f"did you mean {match[0]}?"] if match else []
    choice = [f"choose from {', '.join(known)}"] if len(known) <= 8 or not match else []
    return " ".join(question + choice)
