"""Long names in figures, on several lines."""

import textwrap
from collections.abc import Sequence

from rnnexp.report.group.values import distinct_labels, partition
from rnnexp.report.text import plain

_MOST_LINES = 3


def wrapped(text: str, width: int, lines: int = _MOST_LINES) -> str:
    """The text on lines of at most `width` letters, without its middle if they do not suffice."""
    for most in (len(text), *range(width * lines, width, -1)):
        found = textwrap.wrap(plain(text, max(most, width)), width, break_on_hyphens=False)
        if len(found) <= lines:
            return "\n".join(found)
    return plain(text, width)


def wrapped_apart(texts: Sequence[str], width: int, lines: int = _MOST_LINES) -> list[str]:
    """Each text wrapped, with a number where two would be shortened to the same."""
    return distinct_labels([wrapped(text, width, lines) for text in texts], partition(texts))


def fits(text: str, width: int, lines: int = _MOST_LINES) -> bool:
    """Whether the text fits on so many lines of so many letters with all of its words whole."""
    words = text.split() or [""]
    return max(map(len, words)) <= width and len(textwrap.wrap(text, max(width, 1))) <= lines


def widest_line(texts: Sequence[str]) -> int:
    """The number of letters of the longest line of some texts; 0 without texts."""
    return max((len(line) for text in texts for line in text.splitlines()), default=0)


def most_lines(texts: Sequence[str]) -> int:
    """The number of lines of the text that has most; 1 without texts."""
    return max((text.count("\n") + 1 for text in texts), default=1)
