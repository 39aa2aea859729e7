"""Numbers as the page writes them."""

import math
from typing import Any

from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.text import SHORT, plain

NONE = "–"


def number(value: Any) -> str:
    """Three digits that count, whole numbers whole, a dash for what is not known."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return plain(value, SHORT)
    if math.isinf(value):
        return "∞"
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{int(value)}"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def percent(value: float) -> str:
    """A share as a percentage with one decimal."""
    return NONE if math.isnan(value) else f"{100 * value:.1f} %"


def ends(value: Interval, as_percent: bool = False) -> str:
    """ "[low, high]", "" where there is no interval."""
    if math.isnan(value.low):
        return ""
    if as_percent:
        return f"[{100 * value.low:.1f}, {100 * value.high:.1f}]"
    return f"[{number(value.low)}, {number(value.high)}]"


def small_share(value: float) -> str:
    """A share as a percentage of two digits, "< 0.1 %" below that."""
    if math.isnan(value):
        return NONE
    if 0 < value < 0.001:
        return "< 0.1 %"
    return f"{100 * value:.2g} %" if value < 1 else "100 %"
