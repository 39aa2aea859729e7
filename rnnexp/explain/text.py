"""Sections as text for a terminal."""

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from rnnexp.explain.blocks import Lines, Paragraph, Section, Table

_GAP = 2  # spaces between columns
_INDENT = "  "
_LEAST = 8  # characters of a column that is narrowed
_ASCII: dict[str, str | int | None] = {
    "⊙": "*",
    "σ": "sigmoid",
    "·": "*",
    "×": "x",
    "∂": "d",
    "√": "sqrt",
    "²": "^2",
    "–": "-",
    "…": "...",
    "≥": ">=",
    "≤": "<=",
    "ε": "eps",
    "γ": "gamma",
    "Δ": "d",
    "ζ": "zeta",
    "ν": "nu",
    "½": "1/2",
    "ᵀ": "^T",
}


def as_text(sections: Iterable[Section], width: int) -> str:
    """Returns sections as text with lines of at most `width` characters."""
    return "\n\n".join("\n".join(_section(section, width)) for section in sections)


def in_encoding(text: str, encoding: str) -> str:
    """Returns the text, with other signs for those that an encoding does not have."""
    try:
        text.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        plain = unicodedata.normalize("NFKD", text.translate(str.maketrans(_ASCII)))
        return "".join(sign for sign in plain if not unicodedata.combining(sign))
    return text


def _section(section: Section, width: int) -> Iterator[str]:
    yield section.title
    for i, block in enumerate(section.blocks):
        if i and not (
            isinstance(block, Paragraph) and isinstance(section.blocks[i - 1], Paragraph)
        ):
            yield ""
        lines = _block(block, width - len(_INDENT))
        yield from (f"{_INDENT}{line}".rstrip() for line in lines)


def _block(block: Paragraph | Lines | Table, width: int) -> list[str]:
    if isinstance(block, Table):
        return list(table(block, width))
    lines = [block.text] if isinstance(block, Paragraph) else block.lines
    hang = "" if isinstance(block, Paragraph) else "    "
    return [part for line in lines for part in _wrapped(line, width, hang)]


def table(block: Table, width: int) -> Iterator[str]:
    """Yields the lines of a table, whose widest columns are narrowed until it fits."""
    rows = [block.head, *block.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(block.head))]
    while sum(widths) + _GAP * (len(widths) - 1) > width and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    for row in rows:
        cells = [_wrapped(cell, w) for cell, w in zip(row, widths, strict=True)]
        for k in range(max(map(len, cells))):
            parts = [cell[k] if k < len(cell) else "" for cell in cells]
            padded = (part.ljust(w) for part, w in zip(parts, widths, strict=True))
            yield (" " * _GAP).join(padded).rstrip()


def _wrapped(text: str, width: int, hang: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=hang, break_on_hyphens=False, break_long_words=True
    ) or [""]
