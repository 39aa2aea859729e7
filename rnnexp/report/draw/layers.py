"""How many recurrent layers a section's runs have, and which of its groups have gates."""

from dataclasses import replace

from rnnexp.report.aggregate.curves import layers
from rnnexp.report.group.sections import Group, Section


def most_layers(section: Section) -> int:
    """Recurrent layers of the run that has most; 0 without diagnostics."""
    return max((len(run.layers) for run in section.runs if run.completed), default=0)


def gated(section: Section, variable: str) -> tuple[Section, list[str]] | None:
    """The section with those groups alone that measured this of their gates, and all names."""
    names = {group_id: _names(group, variable) for group_id, group in enumerate(section.groups)}
    groups = [group for i, group in enumerate(section.groups) if names[i]]
    if not groups:
        return None
    return replace(section, groups=groups), list(
        dict.fromkeys(n for own in names.values() for n in own)
    )


def _names(group: Group, variable: str) -> list[str]:
    deepest = max((len(run.layers) for run in group.completed), default=0)
    found = [layer for i in range(deepest) for layer in layers(group, i)]
    return [name for layer in found if variable in layer.values for name in layer.gates]
