"""The whole report: from run folders to a page, figures and tables."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rnnexp.config.errors import UserError
from rnnexp.report.aggregate.differences import differences
from rnnexp.report.aggregate.tables import differences_table, groups_table, runs_table
from rnnexp.report.draw.captions import CaptionedFigure
from rnnexp.report.draw.figures.cost import draw_cost
from rnnexp.report.draw.figures.forgetting import draw_forgetting
from rnnexp.report.draw.figures.gate_units import draw_gate_units
from rnnexp.report.draw.figures.gates import draw_gates
from rnnexp.report.draw.figures.gradient import draw_gradient
from rnnexp.report.draw.figures.horizon import draw_horizon
from rnnexp.report.draw.figures.horizon_over_training import draw_horizon_over_training
from rnnexp.report.draw.figures.learning import draw_learning
from rnnexp.report.draw.figures.retention import draw_carried, draw_retention
from rnnexp.report.draw.figures.scores import draw_scores
from rnnexp.report.draw.figures.sizes import draw_sizes
from rnnexp.report.draw.figures.slices import draw_slices
from rnnexp.report.draw.rendering import RenderedFigure, render
from rnnexp.report.draw.style import report_style
from rnnexp.report.group.duplicates import drop_duplicates
from rnnexp.report.group.matching import match_groups
from rnnexp.report.group.notes import comparability_notes
from rnnexp.report.group.run_group import Section
from rnnexp.report.group.sections import group_runs
from rnnexp.report.read.runs import Run, read_runs
from rnnexp.report.text import file_name, plain
from rnnexp.report.write.output import (
    DIFFERENCES_FILE,
    FIGURES_FOLDER,
    GROUPS_FILE,
    PAGE_FILE,
    RUNS_FILE,
    check_output_folder,
    write_files,
)
from rnnexp.report.write.page import SectionContent, render_page

FIGURES: tuple[Callable[[Section], CaptionedFigure | None], ...] = (
    draw_scores,
    draw_sizes,
    draw_slices,
    draw_horizon,
    draw_learning,
    draw_forgetting,
    draw_horizon_over_training,
    draw_gradient,
    draw_gates,
    draw_gate_units,
    draw_retention,
    draw_carried,
    draw_cost,
)
"""All figures, in the order of the page."""


def write_report(
    folders: Sequence[str],
    out: Path,
    compare: Sequence[str] | None = None,
    match: str | None = None,
) -> Path:
    """Write a report on all runs in or below some folders.

    Args:
        folders: Run folders, sweeps, or any folders above some.
        out: Where index.html, the tables and figures/ are written.
        compare: The settings to compare, such as ["unit", "length"]; runs that differ in others
            are in sections of their own. None compares all settings that differ.
        match: "parameters" or "state": only groups of about the same size are compared. None
            compares all groups.

    Returns:
        The path of index.html.

    Raises:
        UserError: No run is found, the report cannot be written, `compare` names no setting that
            differs, or no groups match.
    """
    return write_report_on(read_runs(folders), folders, out, compare, match)


def write_report_on(
    found: Sequence[Run],
    folders: Sequence[str],
    out: Path,
    compare: Sequence[str] | None = None,
    match: str | None = None,
) -> Path:
    """Write a report on runs that were read already.

    Args:
        found: The runs.
        folders: Where they were found, for the page.
        out: As `write_report` takes it.
        compare: As `write_report` takes it.
        match: As `write_report` takes it.

    Returns:
        The path of index.html.

    Raises:
        UserError: As `write_report` raises it, and if none of the runs can be read.
    """
    if not any(run.readable for run in found):
        example = f"{plain(found[0].folder)}: {found[0].problems}"
        raise UserError(f"none of the {len(found)} runs found can be read; {example}")
    check_output_folder(out)
    runs, duplicates = drop_duplicates(found)
    sections = group_runs(runs, compare)
    if match is not None:
        sections = match_groups(sections, match)
    with report_style():
        contents = [
            SectionContent(section, _draw_figures(section, prefix), differences(section))
            for section, prefix in zip(sections, _file_prefixes(sections), strict=True)
        ]
    files: dict[str, str | bytes] = {}
    for content in contents:
        for name, (_, rendered) in content.figures.items():
            files[f"{FIGURES_FOLDER}/{name}.svg"] = rendered.svg
            files[f"{FIGURES_FOLDER}/{name}.png"] = rendered.png
    files[GROUPS_FILE] = groups_table(sections).to_csv(index=False)
    files[RUNS_FILE] = runs_table(found).to_csv(index=False)
    compared = [(content.section, content.differences) for content in contents]
    files[DIFFERENCES_FILE] = differences_table(compared).to_csv(index=False)
    notes = comparability_notes(runs, duplicates)
    files[PAGE_FILE] = render_page(folders, runs, notes, contents, out)
    write_files(out, files)
    return out / PAGE_FILE


def _draw_figures(
    section: Section, prefix: str
) -> dict[str, tuple[CaptionedFigure, RenderedFigure]]:
    """Draw every figure for which the section has data; by file name."""
    figures = [figure for draw in FIGURES if (figure := draw(section))]
    names = [prefix + figure.name for figure in figures]
    return {n: (f, render(f.figure, n)) for n, f in zip(names, figures, strict=True)}


def _file_prefixes(sections: Sequence[Section]) -> list[str]:
    """The prefix of each section's figures: "" for a single section, otherwise by its task."""
    if len(sections) == 1:
        return [""]
    names = [file_name(section.task) for section in sections]
    if len({name.casefold() for name in names}) == len(names):
        return [f"{name}_" for name in names]
    return [f"{name}-{i}_" for i, name in enumerate(names, start=1)]
