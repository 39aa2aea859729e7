"""A text file of comma-separated values, as the cells and the line numbers in it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from rnnexp.files.reading import Unreadable, read_text

SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16")
_MOST_BYTES = 2**31
_SHOWN = 12  # names in a message


@dataclass(frozen=True)
class TextTable:
    """The cells of a file, without the lines that are blank.

    Attributes:
        names: The names of the columns, "" for a column without one.
        cells: (rows, columns) text without surrounding blanks.
        lines: (rows,) the line of the file on which each row ends, from 1.
    """

    names: list[str]
    cells: np.ndarray
    lines: np.ndarray

    def column(self, name: str, setting: str) -> np.ndarray:
        """Return the cells of a column, (rows,).

        Args:
            name: The name of the column.
            setting: The setting that names it, for the message.

        Raises:
            ValueError: There is no such column.
        """
        if name not in self.names or not name:
            known = [known for known in self.names if known]
            close = get_close_matches(name, known, n=1)
            question = f"did you mean {close[0]}? " if close else ""
            shown = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
            raise ValueError(
                f"{setting} names the column {name!r}, {question}expected one of {shown}"
            )
        found: np.ndarray = self.cells[:, self.names.index(name)]
        return found


def read_table(path: Path, separator: str | None, encoding: str) -> TextTable:
    """Read a file whose first line names the columns.

    Args:
        path: The file.
        separator: What stands between two cells; None for the one of comma, semicolon, tab and
            vertical bar that the first line has most often.
        encoding: One of `ENCODINGS`.

    Raises:
        FileNotFoundError: There is nothing.
        ValueError: The file is empty or no such table; the text says on which line.
    """
    text = _text(path, encoding)
    first, _, rest = text.lstrip().partition("\n")
    if not first.strip():
        raise ValueError("it is empty, expected a line with the names of the columns, and rows")
    if not rest.strip():
        raise ValueError(
            f"it has one line, {first[:80]!r}, expected the names of the columns and then rows"
        )
    separator = separator or max(SEPARATORS, key=first.count)
    rows = _rows(text, separator)
    _, names = next(rows)
    _check_separator(names, separator)
    _check_names(names)
    lines, cells = zip(*_fitting(rows, names, separator), strict=True)
    return TextTable(names, np.array(cells, dtype=object), np.array(lines))


def _text(path: Path, encoding: str) -> str:
    try:
        text = read_text(path, _MOST_BYTES, encoding)
    except Unreadable as error:
        raise ValueError(
            f"it cannot be read: {error}: save it as text, or set another encoding than "
            f"{encoding}, such as encoding={'cp1252' if encoding == 'utf-8' else 'utf-8'}"
        ) from error
    if "\0" in text:
        raise ValueError("it is no text, expected comma-separated values: export it as CSV")
    return text.removeprefix("\ufeff").rstrip()


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row ends, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise ValueError(
            f"line {reader.line_num}: {error}, expected cells with quotes around all of a cell or "
            "none: correct the quotes"
        ) from error


def _check_separator(names: list[str], separator: str) -> None:
    line = names[0]
    other = max(SEPARATORS, key=line.count)
    if len(names) == 1 and other in line:
        raise ValueError(
            f"its first line {line[:80]!r} is not divided by {separator!r} but has {other!r} "
            f"{line.count(other)} times, expected names with a separator between them: set "
            "separator=null to take the one that is there"
        )


def _check_names(names: list[str]) -> None:
    named = [name for name in names if name]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice:
        raise ValueError(f"two columns are called {twice!r}, expected different names: rename one")
    if not named or all(_is_number(name) for name in named):
        raise ValueError(
            f"its first line is {', '.join(names)[:80]!r}, expected the names of the columns: put "
            "a line with names before the rows"
        )


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _fitting(
    rows: Iterator[tuple[int, list[str]]], names: list[str], separator: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with a cell for every name."""
    width = len(names)
    for line, cells in rows:
        if not cells and width > 1:
            continue
        extra = cells[width:]
        if (len(cells) < max(width, 1) and cells) or any(extra):
            raise ValueError(
                f"line {line} has {len(cells)} cells, expected {width} as the first line has, with "
                f"{separator!r} between them: correct the line, or set another separator"
            )
        yield line, (cells or [""])[:width]
