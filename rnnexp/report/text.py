"""Names and values from run folders as text: nothing in them acts, and none is endless."""

import re
import unicodedata
from typing import Any

SHORT, LONG = 60, 1000
"""Letters of what stands in a figure, and of what stands in a table."""

_KEPT = "\u200c\u200d"  # joiners, which letters of some scripts and some emoji are made of
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain(value: Any, most: int = LONG) -> str:
    r"""The value in one line: what would act is written as Python does, as in \n and \u202e.

    That is control characters, what turns the direction of writing, and what no file can hold. Of
    more than `most` letters those in the middle are left out.
    """
    text = value if isinstance(value, str) else str(value)
    if len(text) > most:
        head = 2 * most // 3
        text = f"{text[:head]}…{text[len(text) - (most - head - 1) :]}"
    return "".join(c.encode("unicode_escape").decode() if _acts(c) else c for c in text)


def cell(value: Any) -> Any:
    """The value for a CSV file: numbers as they are, text that no spreadsheet computes."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = plain(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def file_name(text: str) -> str:
    """The text as a part of a file name, in any folder of any system."""
    return re.sub(r"[^\w=-]+", "-", plain(text, SHORT)).strip("-_")[: SHORT // 2] or "task"


def natural(text: str) -> list[tuple[int, str]]:
    """A key that sorts the numbers in texts by size: 2 before 10."""
    return [
        (len(part.lstrip("0")), part.lstrip("0")) if i % 2 else (0, part)
        for i, part in enumerate(re.split("([0-9]+)", text))
    ]


def _acts(letter: str) -> bool:
    kind = unicodedata.category(letter)
    # U+FFFE and its like are no characters, and not allowed in an SVG.
    nothing = ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return nothing or kind in ("Cc", "Cs", "Zl", "Zp") or (kind == "Cf" and letter not in _KEPT)
