"""Parts of the figures: panels, axes, heat maps and colour bars."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

COLOURS = colormaps["viridis"]
_MAX_CELLS = 200  # more cannot be told apart
_DPI = 100
_COLUMNS, _PITCH = 2, (1.25, 1.2)  # of panels that are 1 wide and 1 high
DECADES = 12  # below the largest norm; float32 cannot tell smaller values from zero


def to_png(figure: Figure) -> tuple[bytes, tuple[int, int]]:
    """The bytes of a PNG file of the figure, and its width and height in pixels."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI)
    width, height = figure.get_size_inches() * _DPI
    return file.getvalue(), (int(width), int(height))


def white_figure(width: float, height: float, title: str) -> Figure:
    """A figure of a size in inches. White keeps dark text legible on TensorBoard's dark page."""
    figure = Figure(figsize=(width, height), facecolor="white")
    figure.suptitle(title, y=1 - 0.1 / height, fontsize=11)
    return figure


def set_margins(figure: Figure, right: float = 1.15) -> None:
    """Leave margins in inches: a layout engine would take as long as drawing the figure twice."""
    width, height = figure.get_size_inches()
    figure.subplots_adjust(
        0.85 / width, 0.7 / height, 1 - right / width, 1 - 0.95 / height, wspace=0.2, hspace=0.25
    )


def add_colour_bar(figure: Figure, mappable: ScalarMappable, label: str) -> None:
    """Set the margins, and add a colour bar at the right of all panels."""
    set_margins(figure)
    width = figure.get_size_inches()[0]
    edges = figure.subplotpars
    place = (edges.right + 0.2 / width, edges.bottom, 0.2 / width, edges.top - edges.bottom)
    figure.colorbar(mappable, cax=figure.add_axes(place), label=label)


def heat_maps(
    title: str,
    panels: Mapping[str, xarray.DataArray],
    axes: tuple[str, str],
    labels: tuple[str, str, str],
    limits: tuple[float, float],
) -> Figure:
    """Heat maps in two columns, with the first and the last value of each axis as ticks.

    All of them are drawn into one `Axes`, because each `Axes` costs as much as four heat maps.

    Args:
        title: The title of the figure.
        panels: Arrays of two dimensions by the titles of their panels.
        axes: The dimensions that are horizontal and vertical.
        labels: The labels of the two axes and of the colour bar.
        limits: The values at the ends of the colour bar.
    """
    columns, rows = min(len(panels), _COLUMNS), -(-len(panels) // _COLUMNS)
    figure = white_figure(2 + 2.4 * columns, 1.6 + 2.2 * rows, title)
    ax = figure.subplots()
    ticks: tuple[dict[float, str], dict[float, str]] = {}, {}
    mesh: Any = None
    for i, (name, panel) in enumerate(panels.items()):
        corner = (i % columns) * _PITCH[0], (rows - 1 - i // columns) * _PITCH[1]
        ends = [panel[axis].values[[0, -1]] for axis in axes]
        units = [_from_0_to_1(panel[axis]) + at for axis, at in zip(axes, corner, strict=True)]
        scaled = panel.assign_coords(dict(zip(axes, units, strict=True)))
        mesh = heat_map(ax, scaled, axes, limits)
        ax.text(corner[0] + 0.5, corner[1] + 1.03, name, ha="center", fontsize=10)
        for of_axis, at, end in zip(ticks, units, ends, strict=True):
            of_axis |= {float(at[i]): f"{end[i]}" for i in (0, -1)}
    ax.set_xticks([*ticks[0]], [*ticks[0].values()])
    ax.set_yticks([*ticks[1]], [*ticks[1].values()])
    ax.spines[:].set_visible(False)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    add_colour_bar(figure, mesh, labels[2])
    return figure


def _from_0_to_1(positions):
    """Positions on an axis, scaled so that the cells of a heat map reach from 0 to 1."""
    first, *_, last = _edges(positions.values)
    return (positions - first) / (last - first)


def _edges(positions) -> np.ndarray:
    """The edges of the cells whose middles are given; a single cell is 1 wide."""
    between = (positions[1:] + positions[:-1]) / 2
    before, after = (
        (between[0] - positions[0], positions[-1] - between[-1]) if between.size else (-0.5, 0.5)
    )
    return np.array([positions[0] - abs(before), *between, positions[-1] + abs(after)])


def heat_map(
    ax: Axes, panel: xarray.DataArray, axes: tuple[str, str], limits: tuple[float, float]
) -> ScalarMappable:
    """Draw a heat map of an array; of a large one, cells that are evenly chosen."""
    cells = panel.isel({d: evenly_chosen(panel.sizes[d], _MAX_CELLS) for d in panel.dims})
    x, y = axes
    values = cells.transpose(y, x)
    options: dict[str, Any] = {"cmap": COLOURS, "vmin": limits[0], "vmax": limits[1]}
    return ax.pcolormesh(_edges(cells[x].values), _edges(cells[y].values), values, **options)


def logarithms(norms: xarray.DataArray) -> xarray.DataArray:
    """log₁₀ of norms, over 12 decades at most; NaN for zero, which has no logarithm."""
    top = np.log10(norms.max().item()) if norms.max() > 0 else 0.0
    return np.log10(norms.where(norms > 0)).clip(top - DECADES, top)


def evenly_chosen(n: int, most: int) -> np.ndarray:
    """At most so many of the positions 0 … n - 1, evenly chosen, with the first and the last."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))


def colour_of_steps(steps: np.ndarray) -> ScalarMappable:
    """The colours of training steps."""
    return ScalarMappable(Normalize(steps[0], max(steps[-1], 1)), COLOURS)
