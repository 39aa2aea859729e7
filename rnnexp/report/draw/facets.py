"""Which factor becomes the x axis, which the colour, and which tells panels apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from rnnexp.report.draw.wrapping import fits
from rnnexp.report.group.roles import is_size
from rnnexp.report.group.run_group import RunGroup, Section, sort_key
from rnnexp.report.text import SHORT, plain

MAX_COLUMNS, MAX_PANELS = 4, 36
"""A figure with more panels would not be read; the tables have all groups."""
MAX_HUES = 8
"""With more colours in a panel, or more groups side by side, they would not be told apart."""
MANY_PANELS = 12
"""With more panels, as many stand side by side as a figure has columns, and they are lower."""
LETTERS_SIDE_BY_SIDE = 44
"""Letters that fit side by side below a third of a figure."""
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

    @property
    def axis(self) -> str | None:
        """The factor on the x axis."""
        return self.section.axis

    @property
    def hue(self) -> str | None:
        """The factor that is shown by colour."""
        return self.section.hue

    @cached_property
    def crowded(self) -> bool:
        """Whether there are too many hues to tell them apart in one panel."""
        return self.hue is not None and len(self.levels(self.hue)) > MAX_HUES

    @cached_property
    def in_rows(self) -> bool:
        """Whether the groups of `against_axis` cannot stand side by side; then they are rows.

        They are too many, or their names are too long.
        """
        if self.axis is not None:
            return False
        return self.crowded or any(
            not fits(name, LETTERS_SIDE_BY_SIDE // len(panel.groups))
            for (panel,) in self.against_axis().rows
            for name in self.side_by_side_names(panel)
        )

    def side_by_side_names(self, panel: Panel) -> list[str]:
        """What the groups of a panel are called where they stand side by side."""
        return [group.label(self.hue) if self.hue else group.unit for group in panel.groups]

    @cached_property
    def others(self) -> list[str]:
        """The factors that tell panels apart."""
        return [name for name in self.section.factors if name not in (self.axis, self.hue)]

    def levels(self, factor: str | None) -> list[Any]:
        """The values of a factor in order; [None] without a factor."""
        if factor is None:
            return [None]
        return sorted({group.values[factor] for group in self.section.groups}, key=sort_key)

    def label(self, factor: str, value: Any) -> str:
        """A value with its factor's name, and with the settings that change together with it."""
        groups = (group for group in self.section.groups if group.values[factor] == value)
        return next(groups).label(factor)

    def labels(self, factor: str | None) -> list[str]:
        """The label of each value of a factor, in the order of `levels`; [] without a factor."""
        return [self.label(factor, value) for value in self.levels(factor)] if factor else []

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
        return self._one_column(panels, split=self.axis is not None)

    def against_size(self) -> PanelGrid:
        """One panel per row for each setting that is neither the hue nor decides about the size.

        With too many hues for a panel, each panel has some of them.
        """
        apart = [f for f in self.section.factors if f != self.hue and not is_size(f)]
        return self._one_column(self._panels(apart, self.section.groups), split=True)

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

    def _one_column(self, panels: list[Panel], split: bool) -> PanelGrid:
        """A panel in each row, as many as are read; those of too many hues are split if wanted."""
        if self.hue and self.crowded and split:
            panels = [part for panel in panels for part in self._split_by_hue(panel, self.hue)]
        kept = panels[:_MAX_ROWS]
        left_out = f"Drawn are {len(kept)} of {len(panels)} settings."
        return PanelGrid([[panel] for panel in kept], left_out if len(kept) < len(panels) else "")

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
            title.append(self.label(axis, level))
        if layers > 1:
            title.append(f"layer {layer + 1}")
        return Panel(", ".join(title), groups, layer)

    def _split_by_hue(self, panel: Panel, hue: str) -> list[Panel]:
        """Panels with at most `MAX_HUES` hues each, which their titles name."""
        levels = self.hues(panel)
        parts = []
        for i in range(0, len(levels), MAX_HUES):
            own = levels[i : i + MAX_HUES]
            ends = dict.fromkeys(self.label(hue, value) for value in (own[0], own[-1]))
            names = " to ".join(ends)
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
            Panel(", ".join(found[0].label(name) for name in factors), found)
            for found in members.values()
        ]


def _evenly_chosen(values: Sequence[Any], most: int) -> list[Any]:
    """At most `most` of the values: the first, the last, and evenly between."""
    if len(values) <= most:
        return list(values)
    return [values[math.floor(i * (len(values) - 1) / (most - 1))] for i in range(most)]
