"""What the pages tell a reader to type: commands and Python, where they stand."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "rnnexp" / "engine" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
PROGRAMS = ("make", "pip", "python", "rnnexp", "tensorboard")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^\n|\A)((?:^ {4}.*\n)+)", re.MULTILINE)
_IN_A_SENTENCE = re.compile(rf"`((?:{'|'.join(PROGRAMS)})\s+[^\s`]+\s+[^`]*)`")
_KEYS = "model|task|optimizer|hardware|trainer|callbacks|probe|seed|outputs|trust|experiment|hydra"
_OVERRIDE = re.compile(rf"`('?(?:{_KEYS})(?:[./]\w+)*=[^`\s]+)`")


class Typed(NamedTuple):
    """A text that a page tells to type, and where it stands: "README.md:12"."""

    place: str
    text: str


def commands() -> list[Typed]:
    """Every command of every page, in blocks and within sentences.

    Lines that go on are one. Two words in a sentence, `rnnexp train`, are a name.
    """
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for language, block, start in _blocks(text):
            if language in ("", "bash", "sh"):
                found += _of_block(page, text, block, start)
        prose = _FENCED.sub(lambda match: "\n" * match[0].count("\n"), text)
        for match in _IN_A_SENTENCE.finditer(prose):
            line = " ".join(match[1].split())
            found.append(Typed(_place(page, prose, match.start()), line))
    return found


def python() -> dict[str, list[Typed]]:
    """The Python of every page that has some, block by block."""
    found = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = [(block, start) for name, block, start in _blocks(text) if name == "python"]
        told = [Typed(_place(page, text, start), block) for block, start in blocks]
        if told:
            found[page.relative_to(ROOT).as_posix()] = told
    return found


def _blocks(text):
    """(language, text, where) of all blocks, fenced ones and those set in by four spaces."""
    fenced = [(match[1], match[2], match.start(2)) for match in _FENCED.finditer(text)]
    rest = _FENCED.sub(lambda match: " " * len(match[0]), text)
    indented = [("", match[1], match.start(1)) for match in _INDENTED.finditer(rest)]
    return [*fenced, *indented]


def _of_block(page, text, block, start):
    joined = re.sub(r"\\\n", lambda _: "\\\v", block)  # one line, whose length stays
    for line in re.finditer(r".+", joined):
        if line[0].split() and line[0].split()[0] in PROGRAMS:
            place = _place(page, text, start + line.start())
            yield Typed(place, line[0].replace("\\\v", "\\\n").strip())


def _place(page, text, start):
    return f"{page.relative_to(ROOT).as_posix()}:{text.count(chr(10), 0, start) + 1}"


def overrides() -> list[Typed]:
    """Every `key=value` of `rnnexp train` that stands in a sentence or a table."""
    found = []
    for page in PAGES:
        text = _FENCED.sub(lambda match: "\n" * match[0].count("\n"), page.read_text("utf-8"))
        for match in _OVERRIDE.finditer(text):
            found.append(Typed(_place(page, text, match.start()), match[1]))
    return found
