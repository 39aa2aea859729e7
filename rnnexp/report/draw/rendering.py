"""A figure as files, and as the SVG that stands in the page."""

import io
import re
import warnings
from dataclasses import dataclass

from matplotlib.figure import Figure

from rnnexp.report.draw.style import VARIABLES

_DPI = 144
_COLOUR = re.compile("|".join(VARIABLES))


@dataclass(frozen=True)
class Drawn:
    """svg: a whole file. png: its bytes. inline: an <svg> element whose colours the page sets.

    width: in inches.
    """

    svg: str
    png: bytes
    inline: str
    width: float


def drawn(figure: Figure, name: str) -> Drawn:
    """Draw it; `name` sets the ids of its SVG apart from those of the page's others."""
    text, picture = io.StringIO(), io.BytesIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with warnings.catch_warnings():
        # Of letters that its font has not, which a browser takes from another; of little room.
        warnings.filterwarnings("ignore", "Glyph|constrained_layout", UserWarning)
        figure.savefig(text, format="svg", metadata=nothing)
        figure.set_layout_engine("none")  # as laid out for the SVG: the better part of the time
        figure.savefig(picture, format="png", dpi=_DPI)
    # Verdana is DejaVu Sans where that is not installed: the letters are as wide.
    svg = text.getvalue().replace("'DejaVu Sans'", "'DejaVu Sans', Verdana")
    # Addresses of schemas, which a careless reader of the file would ask the network for.
    svg = re.sub(r"<!DOCTYPE.*?>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return Drawn(svg, picture.getvalue(), _inline(svg, name), figure.get_figwidth())


def _inline(svg: str, name: str) -> str:
    """Without what only a file needs, with ids of its own and the page's colours."""
    element = svg[svg.index("<svg") :]
    # The page scales it to its width; the viewBox keeps its shape.
    element = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", element, count=1)
    element = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1)

    def own(tag: re.Match[str]) -> str:
        named = re.sub(r'(\bid="|"#|url\(#)', rf"\g<1>{name}-", tag[0])
        return _COLOUR.sub(lambda colour: VARIABLES[colour[0]], named)

    # The words between the tags stay as they are, whatever a run is called.
    return re.sub(r"<[^>]*>", own, element)
