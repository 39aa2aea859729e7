"""The style of all figures: colours for colour-blind readers, and for light and dark pages."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import matplotlib as mpl

# Okabe & Ito (2008), without yellow and black, which vanish on one of the two backgrounds.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
MARKERS = ("o", "s", "^", "D", "v", "P")
INK, MUTED, GRID, PAPER = "#1f2328", "#6e7781", "#d8dee4", "#fffffe"

CSS_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    PAPER: "none",
    **{colour: f"var(--c{i})" for i, colour in enumerate(PALETTE)},
}
"""What replaces each colour in an SVG that stands in the page."""

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
    "svg.fonttype": "none",  # text can be searched, and the file stays small
    "svg.hashsalt": "rnnexp",  # the same figure gives the same file
    "text.color": INK,
    "text.parse_math": False,  # a name with two dollar signs is not a formula
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8,
}


@contextmanager
def report_style() -> Iterator[None]:
    """Give all figures made within this style, whatever the user's matplotlibrc says."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def marker_style(index: int) -> dict[str, Any]:
    """Colour and marker of the `index`-th of several things; 36 combinations differ."""
    combinations = [
        (PALETTE[i], MARKERS[(i + shift) % len(MARKERS)])
        for shift, i in product(range(len(MARKERS)), range(len(PALETTE)))
    ]
    colour, marker = combinations[index % len(combinations)]
    return {"color": colour, "marker": marker}


def style_indices(names: Sequence[str], panels: Sequence[Sequence[str]]) -> Mapping[str, int]:
    """Give each name an argument of `marker_style`, with different colours within a panel.

    Args:
        names: The names, such as those of gates.
        panels: The names that occur together in each panel. Colours repeat in a panel that has more
            names than there are colours, with other markers.

    Returns:
        The position of each name for as many names as there are colours. Later names get the first
        free index whose colour no name has that shares a panel with them.
    """
    n_colours = len(PALETTE)
    indices: dict[str, int] = {}
    for name in names:
        beside = {other for panel in panels if name in panel for other in panel} - {name}
        taken = {indices[other] % n_colours for other in beside if other in indices}
        free = [i for i in range(len(names) * n_colours) if i not in indices.values()]
        indices[name] = next((i for i in free if i % n_colours not in taken), free[0])
    return indices
