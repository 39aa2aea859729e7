"""Which recurrent layers, gates and states the figures of a section have to show."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from rnnexp.report.aggregate.curves import layers_at
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.read.layer_measurements import LayerMeasurements


def count_layers(section: Section) -> int:
    """The number of recurrent layers of the run that has most; 0 without diagnostics."""
    return max((len(run.layers) for run in section.runs if run.completed), default=0)


def all_layers(section: Section) -> Iterator[tuple[RunGroup, LayerMeasurements]]:
    """Every recurrent layer of every completed run, with its group."""
    for group in section.groups:
        for run in group.completed:
            for layer in run.layers:
                yield group, layer


def with_gates(section: Section, variable: str) -> tuple[Section, list[str]] | None:
    """The groups whose gates were measured.

    Args:
        section: The section.
        variable: Name of the variable that must have been measured.

    Returns:
        The section with these groups alone, and the names of all their gates in order; None if
        there are no such groups.
    """
    gates = [_gates(group, variable) for group in section.groups]
    groups = [group for group, names in zip(section.groups, gates, strict=True) if names]
    if not groups:
        return None
    return replace(section, groups=groups), list(dict.fromkeys(chain(*gates)))


def _gates(group: RunGroup, variable: str) -> list[str]:
    n_layers = max((len(run.layers) for run in group.completed), default=0)
    layers = [layer for i in range(n_layers) for layer in layers_at(group, i)]
    return [name for layer in layers if variable in layer.variables for name in layer.gates]
