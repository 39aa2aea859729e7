"""Prediction of the next character of Python's standard library."""

import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rnnexp.tasks.real.next_character import NextCharacter


@dataclass(frozen=True)
class Characters(NextCharacter):
    """Predict each next character of the sources of Python's standard library.

    The text consists of the modules that stand directly in the library's folder, in the order of
    their names. It depends on the version of Python, and so do all scores: compare only runs of
    the same version, which `summary.json` states.

    Example: T = 16 characters and the next one at each timestep, from the beginning of the text.
    ␣ is a space and ⏎ the end of a line.

        >>> print(Characters(length=16, characters=2000).example(split="test"))
        x  o r _ s t o p " , ⏎ ␣ ␣ ␣ ␣ " a
        y  r _ s t o p " , ⏎ ␣ ␣ ␣ ␣ " a n

    Source: Graves (2013) for text as a sequence of characters; the sources of Python instead of an
    encyclopedia, because they are at hand.

    Baseline: the test score of the frequencies of the characters; see `NextCharacter`.

    Solved: there is no such score. `guesses` shows what an order-5 model reaches.

    Args:
        length: The number of timesteps T, at least 1.
        characters: The number of characters that are used, from the beginning of the text.
    """

    def text(self) -> str:
        """Returns the sources, one after another."""
        return _standard_library()


@cache
def _standard_library() -> str:
    folder = Path(sysconfig.get_path("stdlib"))
    sources = sorted(folder.glob("*.py"))
    if not sources:
        raise OSError(
            f"there are no sources of Python's standard library in {folder}, expected its modules: "
            "install them, or bring a text with task=text task.path=book.txt"
        )
    return "".join(source.read_text(encoding="utf-8") for source in sources)
