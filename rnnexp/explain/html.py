"""Sections as one page of HTML, without scripts and without anything from elsewhere."""

from collections.abc import Sequence
from html import escape

from rnnexp.explain.blocks import Lines, Paragraph, Section, Table

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0.5rem; }
h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #8884; }
p { margin: 0.4rem 0; }
pre { font: 15px/1.6 ui-monospace, monospace; background: #8881; padding: 0.7rem 1rem;
  overflow-x: auto; border-radius: 4px; }
table { border-collapse: collapse; margin: 0.6rem 0; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1.2rem 0.2rem 0; }
th { font-weight: 600; border-bottom: 1px solid #8886; }
td { border-bottom: 1px solid #8882; }
"""


def as_html(sections: Sequence[Section]) -> str:
    """Returns sections as a page; the title of the first one is that of the page."""
    title = escape(sections[0].title)
    body = "\n".join(_section(section, "h2" if i else "h1") for i, section in enumerate(sections))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n"
        f"</html>\n"
    )


def _section(section: Section, heading: str) -> str:
    blocks = "\n".join(map(_block, section.blocks))
    return f"<{heading}>{escape(section.title)}</{heading}>\n{blocks}"


def _block(block: Paragraph | Lines | Table) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, Lines):
        return f"<pre>{escape(chr(10).join(block.lines))}</pre>"
    rows = "\n".join(_row(row, "td") for row in block.rows)
    return f"<table>\n{_row(block.head, 'th')}\n{rows}\n</table>"


def _row(cells: tuple[str, ...], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
