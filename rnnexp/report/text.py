"""Turns names and values from run folders into text that is short and cannot act."""

import re
import unicodedata
from typing import Any

SHORT, LONG = 60, 1000
"""The greatest length in letters of a text in a figure, and of a text in a table."""

_JOINERS = "\u200c\u200d"  # some scripts and some emoji need them
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain(value: Any, most: int = LONG) -> str:
    r"""The value as one line of text.

    Characters that would act are written as Python escapes them, such as \n and \u202e: control
    characters, characters that change the direction of writing, and those that no file can hold.

    Args:
        value: Any value.
        most: The greatest length in letters. The middle of a longer text is left out.
    """
    text = value if isinstance(value, str) else str(value)
    if len(text) > most:
        head = 2 * most // 3
        text = f"{text[:head]}…{text[len(text) - (most - head - 1) :]}"
    return "".join(c.encode("unicode_escape").decode() if _acts(c) else c for c in text)


def cell(value: Any) -> Any:
    """The value for a CSV file: a number unchanged, a text such that no spreadsheet computes it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = plain(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_START) else text


def file_name(text: str) -> str:
    """The text as part of a file name that is valid on every system."""
    return re.sub(r"[^\w=-]+", "-", plain(text, SHORT)).strip("-_")[: SHORT // 2] or "task"


def natural(text: str) -> list[tuple[int, str]]:
    """A key that sorts the numbers in texts by size: 2 before 10."""
    return [
        (len(part.lstrip("0")), part.lstrip("0")) if i % 2 else (0, part)
        for i, part in enumerate(re.split("([0-9]+)", text))
    ]


def _acts(letter: str) -> bool:
    """Whether a character does something where it is shown, or is not a character."""
    category = unicodedata.category(letter)
    # U+FFFE and the like are not characters, and not allowed in an SVG.
    is_invalid = ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    acts = category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and letter not in _JOINERS)
    return is_invalid or acts
