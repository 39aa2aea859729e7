"""The test score of each slice, such as each length of a sequence."""

from collections.abc import Sequence

from rnnexp.report.aggregate.curves import MOST_SLICES, slice_curve
from rnnexp.report.draw.captions import BAND, CaptionedFigure, stopped_note
from rnnexp.report.draw.facets import Facets, Panel
from rnnexp.report.draw.grid import overlay_figure, use_metric_axis
from rnnexp.report.draw.legends import draw_hue_legend, reference_entry
from rnnexp.report.draw.marks import REFERENCE_LINE, draw_band, draw_baselines
from rnnexp.report.group.factors import LENGTH
from rnnexp.report.group.run_group import Section
from rnnexp.report.text import SHORT, plain

_CAPTION = (
    "The {metric} of the examples of each {name} on the test split; {band}. Each point is of the "
    "examples of that {name} alone, so that where these are few it is uncertain; where there are "
    "more than {most} points, neighbours are averaged.{beyond}{stopped} "
    "{left_out}"
)
_BEYOND = " The dotted vertical line is the length of training: what is right of it is longer."


def draw_slices(section: Section) -> CaptionedFigure | None:
    """The metric against the slice, with a line where training lengths end."""
    if not any(slice_curve(group) for group in section.groups):
        return None
    name = _slice_name(section)
    figure, panels, labels, index, left_out = overlay_figure(
        Facets(section), 1, name, f"test {section.metric_name}"
    )
    shows_end = False
    for ax, panel in panels:
        for group in panel.groups:
            if curve := slice_curve(group):
                draw_band(ax, curve, index(group))
        draw_baselines(ax, panel.groups)
        use_metric_axis(ax.yaxis, section.metric)
        for length in _training_lengths(panel) if name == "length" else ():
            ax.axvline(length, **REFERENCE_LINE, zorder=1)
            shows_end = True
    draw_hue_legend(figure, labels, [reference_entry("a guess")])
    caption = _CAPTION.format(
        metric=section.metric_name,
        name=name,
        band=BAND,
        most=MOST_SLICES,
        beyond=_BEYOND if shows_end else "",
        stopped=stopped_note(section),
        left_out=left_out,
    )
    return CaptionedFigure("slices", f"Where is it right, by {name}?", caption, figure)


def _slice_name(section: Section) -> str:
    """What a slice is, as the summaries say it."""
    names = [run.summary.get("slice_name") for run in section.runs if len(run.slices)]
    return plain(next(filter(None, names), "slice"), SHORT).replace("_", " ")


def _training_lengths(panel: Panel) -> Sequence[float]:
    """The lengths of training beyond which there are slices."""
    lengths = set()
    for group in panel.groups:
        for run in group.completed:
            length = run.settings.get(LENGTH)
            if isinstance(length, int) and len(run.slices) and run.slices["slice"].max() > length:
                lengths.add(length)
    return sorted(lengths)
