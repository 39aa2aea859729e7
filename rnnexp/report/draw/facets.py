"""Which factor becomes the x axis, which the colour, and which tells panels apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from rnnexp.report.group.factors import format_factor, format_value
from rnnexp.report.group.sections import RunGroup, Section, sort_key
from rnnexp.report.text import SHORT, plain

MAX_COLUMNS, MAX_PANELS = 4, 36
"""A figure with more panels would not be read; the tables have all groups."""
MAX_HUES = 8
"""With more colours in a panel, or more groups side by side, they would not be told apart."""
MANY_PANELS = 12
"""With more panels, as many stand side by side as a figure has columns, and they are lower."""
_MAX_ROWS = 8  # of figures with several panels per setting
_PANELS_ABREAST = 3  # panels side by side where the grid would have one column


@dataclass(frozen=True)
class Panel:
    """What is drawn in one pair of axes.

    Args:
        title: Title of the panel.
        groups: The groups that are drawn in it.
        layer: Position of the recurrent layer, from 0.
    """

    title: str
    groups: list[RunGroup]
    layer: int = 0


@dataclass(frozen=True)
class PanelGrid:
    """Panels in rows.

    Args:
        rows: The rows; the last one may be shorter.
        left_out: A sentence that says what is not drawn; "" if everything is.
    """

    rows: list[list[Panel]]
    left_out: str


@dataclass(frozen=True)
class Facets:
    """The role of each factor of a section in its figures."""

    section: Section

    @cached_property
    def axis(self) -> str | None:
        """The factor on the x axis.

        The length of the task; otherwise the numeric factor with the most values, three at least.
        """
        n_values = {name: n for name in self.section.factors if (n := self._count_numbers(name))}
        if "length" in n_values:
            return "length"
        best = max(n_values, key=lambda name: n_values[name], default=None)
        return best if best and n_values[best] >= 3 else None

    @cached_property
    def hue(self) -> str | None:
        """The factor that is shown by colour: the unit, or else the first one off the axis."""
        free = [name for name in self.section.factors if name != self.axis]
        return "unit" if "unit" in free else next(iter(free), None)

    @cached_property
    def crowded(self) -> bool:
        """Whether there are too many hues to tell them apart in one panel."""
        return self.hue is not None and len(self.levels(self.hue)) > MAX_HUES

    @property
    def in_rows(self) -> bool:
        """Whether `against_axis` has too many groups to stand side by side; then they are rows."""
        return self.crowded and self.axis is None

    @cached_property
    def others(self) -> list[str]:
        """The factors that tell panels apart."""
        return [name for name in self.section.factors if name not in (self.axis, self.hue)]

    def levels(self, factor: str | None) -> list[Any]:
        """The values of a factor in order; [None] without a factor."""
        if factor is None:
            return [None]
        return sorted({group.values[factor] for group in self.section.groups}, key=sort_key)

    def hues(self, panel: Panel) -> list[Any]:
        """The values of the hue that occur in a panel, in order; [None] without a hue."""
        if self.hue is None:
            return [None]
        own = {group.values[self.hue] for group in panel.groups}
        return [value for value in self.levels(self.hue) if value in own]

    def against_axis(self) -> PanelGrid:
        """One panel per row for each setting of the other factors; the axis is its x axis.

        With too many hues for a panel, each panel has some of them.
        """
        panels = self._panels(self.others, self.section.groups)
        if self.hue and self.crowded and self.axis:
            panels = [part for panel in panels for part in self._split_by_hue(panel, self.hue)]
        kept = panels[:_MAX_ROWS]
        left_out = f"Drawn are {len(kept)} of {len(panels)} settings."
        return PanelGrid([[panel] for panel in kept], left_out if len(kept) < len(panels) else "")

    def overlaid(self, layers: int = 1) -> PanelGrid:
        """Columns by axis and rows by the other factors; all hues in the same panel.

        With too many hues for a panel, this is `separate`.
        """
        if self.hue is None:
            return self._grid([], None, layers)
        if self.crowded:
            return self.separate(layers)
        return self._grid(self.others, self.axis, layers)

    @property
    def overlaid_hue(self) -> str | None:
        """The factor that is shown by colour in `overlaid`."""
        return self.hue or self.axis

    def separate(self, layers: int = 1) -> PanelGrid:
        """Columns by axis and rows by everything else: each group has a panel of its own."""
        hue = [self.hue] if self.hue else []
        return self._grid([*hue, *self.others], self.axis, layers)

    def _count_numbers(self, factor: str) -> int:
        """How many values a numeric factor has; 0 for a factor with other values."""
        values = {group.values[factor] for group in self.section.groups}
        return len(values) if all(map(_is_drawable, values)) else 0

    def _grid(self, row_factors: list[str], axis: str | None, layers: int) -> PanelGrid:
        levels = self.levels(axis)
        columns = _evenly_chosen(levels, MAX_COLUMNS)
        rows = [
            [self._cell(row, axis, level, layer, layers) for level in columns]
            for row in self._panels(row_factors, self.section.groups)
            for layer in range(layers)
        ]
        kept = rows[: max(1, MAX_PANELS // len(columns))]
        missing = []
        if len(columns) < len(levels):
            missing.append(f"{len(columns)} of {len(levels)} values of {plain(axis, SHORT)}")
        if len(kept) < len(rows):
            missing.append(f"{len(kept)} of {len(rows)} settings")
        if len(columns) == 1:
            panels = [panel for row in kept for panel in row]
            abreast = _PANELS_ABREAST if len(panels) <= MANY_PANELS else MAX_COLUMNS
            kept = [panels[i : i + abreast] for i in range(0, len(panels), abreast)]
        return PanelGrid(kept, f"Drawn are {' and '.join(missing)}." if missing else "")

    def _cell(self, row: Panel, axis: str | None, level: Any, layer: int, layers: int) -> Panel:
        """The panel of a row at one value of the axis, for one layer."""
        groups = [g for g in row.groups if axis is None or g.values[axis] == level]
        title = [row.title] if row.title else []
        if axis:
            title.append(format_factor(axis, level))
        if layers > 1:
            title.append(f"layer {layer + 1}")
        return Panel(", ".join(title), groups, layer)

    def _split_by_hue(self, panel: Panel, hue: str) -> list[Panel]:
        """Panels with at most `MAX_HUES` hues each, which their titles name."""
        levels = self.hues(panel)
        parts = []
        for i in range(0, len(levels), MAX_HUES):
            own = levels[i : i + MAX_HUES]
            names = " to ".join(dict.fromkeys(format_value(value) for value in (own[0], own[-1])))
            title = ", ".join(filter(None, [panel.title, names]))
            groups = [group for group in panel.groups if group.values[hue] in own]
            parts.append(replace(panel, title=title, groups=groups))
        return parts

    def _panels(self, factors: Sequence[str], groups: Sequence[RunGroup]) -> list[Panel]:
        """One panel for each combination of the factors that occurs."""
        members: dict[tuple[Any, ...], list[RunGroup]] = {}
        for group in groups:
            members.setdefault(tuple(group.values[name] for name in factors), []).append(group)
        return [
            Panel(
                ", ".join(format_factor(n, v) for n, v in zip(factors, key, strict=True)),
                found,
            )
            for key, found in members.items()
        ]


def _is_drawable(value: Any) -> bool:
    """Whether the value is a number that has a place on an axis."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (value == 0 or 1e-30 < abs(value) < 1e30)


def _evenly_chosen(values: Sequence[Any], most: int) -> list[Any]:
    """At most `most` of the values: the first, the last, and evenly between."""
    if len(values) <= most:
        return list(values)
    return [values[math.floor(i * (len(values) - 1) / (most - 1))] for i in range(most)]
