"""What a page is made of, before it becomes text, HTML or Markdown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Lines:
    """Lines that stay as they are, such as equations."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table; each row has a cell for each column of the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A title, and what stands below it."""

    title: str
    blocks: tuple[Paragraph | Lines | Table, ...]
