"""Renders a figure as SVG and PNG files, and as the SVG element for the page."""

import io
import re
import warnings
from dataclasses import dataclass

from matplotlib.figure import Figure

from rnnexp.report.draw.style import CSS_VARIABLES

_DPI = 144
_COLOUR = re.compile("|".join(CSS_VARIABLES))


@dataclass(frozen=True)
class RenderedFigure:
    """A figure in the formats in which it is written.

    Args:
        svg: The text of an SVG file.
        png: The bytes of a PNG file.
        inline: An <svg> element whose colours are variables of the page.
        width: Width of the figure in inches.
    """

    svg: str
    png: bytes
    inline: str
    width: float


def render(figure: Figure, name: str) -> RenderedFigure:
    """Render a figure.

    Args:
        figure: The figure.
        name: Prefix of all ids in the inline SVG, so that they differ from those of other figures.
    """
    text, image = io.StringIO(), io.BytesIO()
    no_metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with warnings.catch_warnings():
        # A browser has glyphs that Matplotlib's font lacks; tight layouts are still legible.
        warnings.filterwarnings("ignore", "Glyph|constrained_layout", UserWarning)
        figure.savefig(text, format="svg", metadata=no_metadata)
        figure.set_layout_engine("none")  # keep the SVG's layout: computing it takes most time
        figure.savefig(image, format="png", dpi=_DPI)
    # Verdana has the widths of DejaVu Sans, for readers who do not have that font.
    svg = text.getvalue().replace("'DejaVu Sans'", "'DejaVu Sans', Verdana")
    # Some readers would fetch the addresses of schemas from the network.
    svg = re.sub(r"<!DOCTYPE.*?>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return RenderedFigure(svg, image.getvalue(), _inline(svg, name), figure.get_figwidth())


def _inline(svg: str, name: str) -> str:
    """The <svg> element alone, with its own ids and with the page's colours."""
    element = svg[svg.index("<svg") :]
    # The page scales the element to its width; the viewBox keeps the shape.
    element = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", element, count=1)
    element = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1)

    def adapt(tag: re.Match[str]) -> str:
        with_ids = re.sub(r'(\bid="|"#|url\(#)', rf"\g<1>{name}-", tag[0])
        return _COLOUR.sub(lambda colour: CSS_VARIABLES[colour[0]], with_ids)

    # Only tags are changed: the text between them may be the name of a run.
    return re.sub(r"<[^>]*>", adapt, element)
