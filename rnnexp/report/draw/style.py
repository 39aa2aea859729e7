"""How figures look: colours that the colour-blind tell apart, and that a page can turn dark."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import matplotlib as mpl

# Okabe & Ito (2008), without the yellow and black that one of the two backgrounds swallows.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
MARKERS = ("o", "s", "^", "D", "v", "P")
INK, MUTED, GRID, PAPER = "#1f2328", "#6e7781", "#d8dee4", "#fffffe"

VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    PAPER: "none",
    **{colour: f"var(--c{i})" for i, colour in enumerate(PALETTE)},
}
"""What takes each colour's place where an SVG stands in the page."""

_SETTINGS = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 9.5,
    "figure.facecolor": PAPER,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.5,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",  # text stays text: it can be searched, and the file stays small
    "svg.hashsalt": "rnnexp",  # the same figure, the same file
    "text.color": INK,
    "text.parse_math": False,  # a name with two dollar signs is no formula
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8,
}


@contextmanager
def style() -> Iterator[None]:
    """Figures made within look as all do here, whatever a person's own matplotlibrc says."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def mark(number: int) -> dict[str, Any]:
    """Colour and marker of the n-th of what is told apart; 36 differ."""
    pairs = [
        (PALETTE[i], MARKERS[(i + shift) % len(MARKERS)])
        for shift, i in product(range(len(MARKERS)), range(len(PALETTE)))
    ]
    colour, marker = pairs[number % len(pairs)]
    return {"color": colour, "marker": marker}
