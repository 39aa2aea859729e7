"""How the page writes numbers."""

import math
from typing import Any

from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.text import SHORT, plain

UNKNOWN = "–"


def format_number(value: Any) -> str:
    """Three significant digits; whole numbers in full; a dash for None and NaN."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return plain(value, SHORT)
    if math.isinf(value):
        return "∞"
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{int(value)}"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def format_percent(value: float) -> str:
    """A share as a percentage with one decimal."""
    return UNKNOWN if math.isnan(value) else f"{100 * value:.1f} %"


def format_interval(value: Interval, as_percent: bool = False) -> str:
    """The text "[low, high]"; "" if there is no interval."""
    if math.isnan(value.low):
        return ""
    if as_percent:
        return f"[{100 * value.low:.1f}, {100 * value.high:.1f}]"
    return f"[{format_number(value.low)}, {format_number(value.high)}]"


def format_small_share(value: float) -> str:
    """A share as a percentage of two digits, three near 100 %; "< 0.1 %" for tiny ones.

    The share that a unit carries may be negative: the LRU turns its memory.
    """
    if math.isnan(value):
        return UNKNOWN
    if 0 < abs(value) < 0.001:
        return "< 0.1 %" if value > 0 else "> -0.1 %"
    digits = 2 if abs(value) < 0.99 else 3  # with two digits, 99.6 would be 1e+02
    return f"{100 * max(-1, min(value, 1)):.{digits}g} %"
