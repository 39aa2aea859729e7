"""Which factor becomes the axis, which the colour, and which tells panels apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rnnexp.report.group.sections import Group, Section, in_order, told
from rnnexp.report.text import SHORT, plain

MOST_COLUMNS, MOST_PANELS = 4, 24
"""A figure with more is not looked at; the tables have them all."""
_MOST_ROWS = 8  # of several panels for one setting
_ABREAST = 3  # panels of one column beside each other


@dataclass(frozen=True)
class Panel:
    """One pair of axes: the groups drawn in it, and the recurrent layer, counted from 0."""

    title: str
    groups: list[Group]
    layer: int = 0


@dataclass(frozen=True)
class Grid:
    """Rows of panels, the last perhaps shorter; `left_out` says what is not drawn, "" if all is."""

    rows: list[list[Panel]]
    left_out: str


@dataclass(frozen=True)
class Layout:
    """The roles of a section's factors: `axis` (numbers), `hue` (a colour each), `others`."""

    section: Section

    @cached_property
    def axis(self) -> str | None:
        """The length, or else the numeric factor with most values, of at least three."""
        numeric = {name: n for name in self.section.factors if (n := self._numbers(name))}
        if "length" in numeric:
            return "length"
        best = max(numeric, key=lambda name: numeric[name], default=None)
        return best if best and numeric[best] >= 3 else None

    @cached_property
    def hue(self) -> str | None:
        """The unit, or else the first factor that is not the axis."""
        free = [name for name in self.section.factors if name != self.axis]
        return "unit" if "unit" in free else next(iter(free), None)

    @cached_property
    def others(self) -> list[str]:
        return [name for name in self.section.factors if name not in (self.axis, self.hue)]

    def hues(self, hue: str | None) -> list[Any]:
        """The values of a factor in order; [None] where nothing is told apart by colour."""
        if hue is None:
            return [None]
        return sorted({group.values[hue] for group in self.section.groups}, key=in_order)

    def against_axis(self) -> Grid:
        """Panels whose x is the axis, one in a row: one for each setting of the others."""
        every = self._panels(self.others, self.section.groups)
        kept = every[:_MOST_ROWS]
        told = f"Drawn are {len(kept)} of {len(every)} settings."
        return Grid([[panel] for panel in kept], told if len(kept) < len(every) else "")

    def overlaid(self, layers: int = 1) -> Grid:
        """Columns by axis, rows by the others, the hues of each together in one panel."""
        if self.hue is None:
            return self._grid([], None, layers)
        return self._grid(self.others, self.axis, layers)

    @property
    def overlaid_hue(self) -> str | None:
        """What colours tell apart in `overlaid`."""
        return self.hue or self.axis

    def separate(self, layers: int = 1) -> Grid:
        """Columns by axis, rows by everything else: every group has a panel of its own."""
        hue = [self.hue] if self.hue else []
        return self._grid([*hue, *self.others], self.axis, layers)

    def _numbers(self, factor: str) -> int:
        """How many numbers the factor takes; 0 where it takes anything else."""
        values = {group.values[factor] for group in self.section.groups}
        return len(values) if all(map(_drawable, values)) else 0

    def _grid(self, by: list[str], axis: str | None, layers: int) -> Grid:
        values = self.hues(axis)
        drawn = _spread_out(values, MOST_COLUMNS)
        rows = []
        for row in self._panels(by, self.section.groups):
            for layer in range(layers):
                line = []
                for value in drawn:
                    groups = [g for g in row.groups if axis is None or g.values[axis] == value]
                    parts = [row.title] * bool(row.title)
                    parts += [told(axis, value)] if axis else []
                    parts += [f"layer {layer + 1}"] * (layers > 1)
                    line.append(Panel(", ".join(parts), groups, layer))
                rows.append(line)
        kept = rows[: max(1, MOST_PANELS // len(drawn))]
        missing = [f"{len(drawn)} of {len(values)} values of {plain(axis, SHORT)}"] * (
            len(drawn) < len(values)
        )
        missing += [f"{len(kept)} of {len(rows)} settings"] * (len(kept) < len(rows))
        if len(drawn) == 1:
            every = [panel for row in kept for panel in row]
            kept = [every[i : i + _ABREAST] for i in range(0, len(every), _ABREAST)]
        return Grid(kept, f"Drawn are {' and '.join(missing)}." if missing else "")

    def _panels(self, by: Sequence[str], groups: Sequence[Group]) -> list[Panel]:
        """A panel for every combination of the factors `by` that there is."""
        found: dict[tuple[Any, ...], list[Group]] = {}
        for group in groups:
            found.setdefault(tuple(group.values[name] for name in by), []).append(group)
        return [
            Panel(", ".join(told(n, v) for n, v in zip(by, key, strict=True)), members)
            for key, members in found.items()
        ]


def _drawable(value: Any) -> bool:
    """Whether it is a number for which an axis has a place."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and (value == 0 or 1e-30 < abs(value) < 1e30)


def _spread_out(values: Sequence[Any], most: int) -> list[Any]:
    """At most so many of the values: the first, the last, and evenly between."""
    if len(values) <= most:
        return list(values)
    return [values[math.floor(i * (len(values) - 1) / (most - 1))] for i in range(most)]
