"""Matches groups by their size: what is compared has about as many parameters, or as much state."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rnnexp.config.errors import UserError, suggest
from rnnexp.report.group.roles import MATCHED, is_size
from rnnexp.report.group.run_group import RunGroup, Section, sort_key
from rnnexp.report.text import SHORT, plain

MATCHES = {"parameters": "parameters", "state": "state_size"}
"""The numbers of summary.json by which groups can be matched, by the name of the choice."""
TOLERANCE = 0.1
"""By how much the largest of matched groups may exceed the smallest, as a share of the smallest."""
_PERCENT = f"{100 * TOLERANCE:g} %"
_WORDS = {"parameters": "number of parameters", "state": "size of the state"}
_MAX_NAMED = 12


def check_match(by: str) -> None:
    """Check the number by which groups are to be matched.

    Raises:
        UserError: It is not one of `MATCHES`.
    """
    if by not in MATCHES:
        raise UserError(f"--match: unknown {plain(repr(by), SHORT)}; {suggest(by, MATCHES)}")


def match_groups(sections: Sequence[Section], by: str) -> list[Section]:
    """Keep the groups that have a partner of about the same size.

    Groups that are alike in all factors but the compared one and those that decide about the size
    are gathered into sets whose sizes differ by `TOLERANCE` at most (complete linkage). The mean
    size of a set, to three digits, is a factor in the place of those that decide about it.

    Args:
        sections: The sections.
        by: One of `MATCHES`.

    Returns:
        The sections that have matched groups, with notes that name the groups without a partner.

    Raises:
        UserError: No group has a partner, or `by` is unknown.
    """
    check_match(by)
    matched = [found for section in sections if (found := _match(section, by))]
    if not matched:
        groups = [_named(group, by) for section in sections for group in section.groups]
        raise UserError(
            f"--match {by}: no group has a partner of about the same {_WORDS[by]}, at most "
            f"{_PERCENT} larger or smaller: {_listed(groups)}; train with model.{by}=NUMBER, which "
            "chooses the units"
        )
    return matched


def _match(section: Section, by: str) -> Section | None:
    sizes = [name for name in section.factors if is_size(name)]
    compared = _compared_factor(section, sizes)
    if compared is None:
        return None
    kept: list[RunGroup] = []
    for alike in _alike(section.groups, {compared, *sizes}):
        for size, members in _sets_of_one_size(alike, by):
            if len({group.values[compared] for group in members}) > 1:
                kept += [
                    replace(group, values={**group.values, MATCHED + by: size}) for group in members
                ]
    if not kept:
        return None
    found = [name for name in (*section.factors, MATCHED + by) if name not in sizes]
    factors = [name for name in found if len({group.values[name] for group in kept}) > 1]
    together = {name: section.together.get(name, []) for name in factors}
    groups = [
        replace(group, values={name: group.values[name] for name in factors}, together=together)
        for group in kept
    ]
    groups.sort(key=lambda group: [sort_key(value) for value in group.values.values()])
    runs = {id(run) for group in kept for run in group.runs}
    lonely = [group for group in section.groups if id(group.runs[0]) not in runs]
    notes = [*section.notes, *_notes(kept, lonely, by)]
    return replace(section, together=together, groups=groups, notes=notes)


def _compared_factor(section: Section, sizes: Sequence[str]) -> str | None:
    """The unit, or else the first factor that neither decides about the size nor is the length."""
    others = [name for name in section.factors if name not in (*sizes, "length")]
    return "unit" if "unit" in others else next(iter(others), None)


def _alike(groups: Sequence[RunGroup], free: set[str]) -> Iterator[list[RunGroup]]:
    """The groups that are alike in all factors but the free ones."""
    found: dict[tuple[Any, ...], list[RunGroup]] = {}
    for group in groups:
        key = tuple(value for name, value in group.values.items() if name not in free)
        found.setdefault(key, []).append(group)
    yield from found.values()


def _sets_of_one_size(groups: Sequence[RunGroup], by: str) -> Iterator[tuple[int, list[RunGroup]]]:
    """Sets of groups of about the same size, with their geometric mean to three digits."""
    from scipy.cluster.hierarchy import fcluster, linkage  # takes a while to import

    known = [(size, group) for group in groups if (size := group_size(group, by))]
    logs = np.log([size for size, _ in known])
    numbers = (
        fcluster(linkage(logs[:, None], "complete"), np.log1p(TOLERANCE), "distance")
        if len(known) > 1
        else np.ones(len(known))
    )
    for number in dict.fromkeys(numbers):
        mean = np.exp(logs[numbers == number].mean())
        members = [g for (_, g), n in zip(known, numbers, strict=True) if n == number]
        yield int(float(f"{mean:.3g}")), members


def group_size(group: RunGroup, by: str) -> float | None:
    """The median size over the completed runs of a group; None or 0 if it is not known."""
    values = [run.summary.get(MATCHES[by]) for run in group.completed]
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _notes(kept: Sequence[RunGroup], lonely: Sequence[RunGroup], by: str) -> list[str]:
    notes = [
        f"Matched by the {_WORDS[by]}: of the groups that are compared, the largest has at most "
        f"{_PERCENT} more than the smallest."
    ]
    if lonely:
        notes.append(
            f"Left out, because no partner has about the same {_WORDS[by]}: "
            f"{_listed([_named(group, by) for group in lonely])}."
        )
    return notes


def _named(group: RunGroup, by: str) -> str:
    size = group_size(group, by)
    return f"{plain(group.name(), SHORT)} ({'unknown' if size is None else f'{size:g}'})"


def _listed(names: Sequence[str]) -> str:
    more = [f"and {len(names) - _MAX_NAMED} more"] if len(names) > _MAX_NAMED else []
    return "; ".join([*names[:_MAX_NAMED], *more])
