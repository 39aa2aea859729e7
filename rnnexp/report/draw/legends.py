"""The legend of a figure, which stands above all panels."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnnexp.report.aggregate.group_statistics import best_score
from rnnexp.report.draw.marks import AFTER_LINE, BEFORE_LINE, REFERENCE_LINE
from rnnexp.report.draw.style import INK, marker_style
from rnnexp.report.draw.wrapping import most_lines, widest_line, wrapped_apart
from rnnexp.report.group.run_group import Section

_LETTERS_PER_INCH = 13
_LINE_HEIGHT = 0.19  # inches
_LABEL_LETTERS = 64  # letters of a line
_HANDLE_LETTERS = 9  # the room of a handle and a gap, in letters


def draw_hue_legend(
    figure: Figure,
    labels: Sequence[str],
    extra: Sequence[Line2D] = (),
    indices: Sequence[int] | None = None,
) -> None:
    """Draw a legend with one entry for each hue, followed by the `extra` entries.

    Args:
        figure: The figure.
        labels: The label of each hue.
        extra: More entries.
        indices: The argument of `marker_style` of each label; None means its position.
    """
    entries = [
        Line2D([], [], label=label, linewidth=1.8, **marker_style(i))
        for i, label in zip(
            indices or range(len(labels)), wrapped_apart(labels, _LABEL_LETTERS), strict=True
        )
    ]
    draw_legend(figure, [*entries, *extra])


def draw_legend(figure: Figure, entries: Sequence[Artist]) -> None:
    """Draw a legend above the panels, row by row, in as few rows as its entries need.

    The figure grows by the height of the legend, but for its first line.
    """
    if not entries:
        return
    labels = [str(entry.get_label()) for entry in entries]
    room = _LETTERS_PER_INCH * figure.get_figwidth()
    columns = next(n for n in range(len(labels), 0, -1) if n == 1 or _width(labels, n) <= room)
    lines = sum(most_lines(labels[i : i + columns]) for i in range(0, len(labels), columns))
    figure.set_figheight(figure.get_figheight() + _LINE_HEIGHT * (lines - 1))
    # Matplotlib fills a legend column by column; this order makes it read row by row.
    order = np.concatenate([np.arange(c, len(labels), columns) for c in range(columns)])
    figure.legend(handles=[entries[i] for i in order], loc="outside upper left", ncols=columns)


def _width(labels: Sequence[str], columns: int) -> int:
    """The width of the legend in letters."""
    return sum(widest_line(labels[c::columns]) + _HANDLE_LETTERS for c in range(columns))


def before_and_after_entries() -> list[Line2D]:
    """The entries that say how `draw_band` draws what was measured before and after training."""
    return [
        Line2D([], [], color=INK, label="before training", **BEFORE_LINE),
        Line2D([], [], color=INK, label="after", **AFTER_LINE),
    ]


def best_entries(section: Section) -> list[Line2D]:
    """The entry of the open marks of best scores, if the runs of the section have some."""
    if all(math.isnan(best_score(section, group).middle) for group in section.groups):
        return []
    marker: dict[str, Any] = {"marker": "o", "linestyle": "none", "markerfacecolor": "none"}
    return [Line2D([], [], color=INK, label="best weights by validation", **marker)]


def reference_entry(label: str) -> Line2D:
    """The entry of a line by `draw_reference`."""
    return Line2D([], [], label=label, **REFERENCE_LINE)
