"""A figure with its caption, and the sentences that several captions share."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from rnnexp.report.aggregate.group_statistics import stopped_when_solved
from rnnexp.report.draw.layer_selection import all_layers
from rnnexp.report.group.run_group import Section

BAND = "lines are medians over seeds, bands reach from the lowest seed to the highest"
_MAX_UNITS = 4
_UPDATE_GATE = {
    "new": "An update gate of 1 takes the new candidate, one of 0 keeps the old state (Chung et "
    "al. 2014).",
    "keep": "An update gate of 1 keeps the old state, one of 0 takes the new candidate (Keras; Cho "
    "et al. 2014).",
}


@dataclass(frozen=True)
class CaptionedFigure:
    """A figure of the report.

    Args:
        name: Name of its files.
        title: The question that it answers.
        caption: What it shows.
        figure: The figure.
    """

    name: str
    title: str
    caption: str
    figure: Figure


def memory_states(section: Section) -> str:
    """The states that carry the memory, such as "h of GRU, c of LSTM"; "h" if all units agree."""
    units: dict[str, list[str]] = {}
    for group, layer in all_layers(section):
        names = units.setdefault(layer.names.memory, [])
        if group.unit not in names:
            names.append(group.unit)
    if len(units) == 1:
        return next(iter(units))
    return ", ".join(f"{state} of {_listed(names)}" for state, names in units.items())


def stopped_note(section: Section) -> str:
    """A sentence on the runs that stopped when they had solved the task; "" if none did."""
    n = sum(map(stopped_when_solved, section.groups))
    if not n:
        return ""
    return (
        f" {n} of the runs stopped when the validation split was solved: their scores are of that "
        "moment, and are not those of runs that were trained as long as others."
    )


def _listed(names: list[str]) -> str:
    shown = names[:_MAX_UNITS] + ["others"] * (len(names) > _MAX_UNITS)
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def update_gate_meaning(section: Section) -> str:
    """What an update gate of 1 does in these runs, on which papers and libraries disagree."""
    conventions = {layer.names.update_gate for _, layer in all_layers(section)}
    sentences = [text for name, text in _UPDATE_GATE.items() if name in conventions]
    if len(sentences) > 1:
        return f"The units use two conventions. {' Or: '.join(sentences)}"
    return sentences[0] if sentences else ""
