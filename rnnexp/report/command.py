"""The command `rnnexp report`: read run folders, write a page, figures and tables."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from rnnexp.config.errors import UserError
from rnnexp.report.aggregate.tables import groups_table, runs_table
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
from rnnexp.report.draw.rendering import RenderedFigure, render
from rnnexp.report.draw.style import report_style
from rnnexp.report.group.duplicates import drop_duplicates
from rnnexp.report.group.notes import comparability_notes
from rnnexp.report.group.sections import Section, group_runs
from rnnexp.report.read.runs import Run, read_runs
from rnnexp.report.text import file_name, plain
from rnnexp.report.write.output import (
    FIGURES_FOLDER,
    GROUPS_FILE,
    PAGE_FILE,
    RUNS_FILE,
    check_output_folder,
    write_files,
)
from rnnexp.report.write.page import render_page

FIGURES: tuple[Callable[[Section], CaptionedFigure | None], ...] = (
    draw_scores,
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


def report(arguments: list[str]) -> None:
    """Run `rnnexp report` with these arguments.

    Raises:
        UserError: No run is found, or the report cannot be written. Nothing is written then.
    """
    parsed = _parser().parse_args(arguments)
    if parsed.out == "":
        raise UserError("--out: expected a folder, got nothing")
    out = Path(parsed.folders[0], "report") if parsed.out is None else Path(parsed.out)
    runs = read_runs(parsed.folders)
    index = _write(parsed.folders, runs, out)
    print(f"report         {plain(index)}")
    for run in runs:
        if not run.readable:
            print(f"left out       {plain(run.folder)}: {run.problems}")
        elif run.notes:
            print(f"read in part   {plain(run.folder)}: {plain('; '.join(run.notes))}")


def write_report(folders: Sequence[str], out: Path) -> Path:
    """Write a report on all runs in or below some folders.

    Args:
        folders: Run folders, sweeps, or any folders above some.
        out: Where index.html, groups.csv, runs.csv and figures/ are written.

    Returns:
        The path of index.html.

    Raises:
        UserError: No run is found, or the report cannot be written.
    """
    return _write(folders, read_runs(folders), out)


def _write(folders: Sequence[str], found: Sequence[Run], out: Path) -> Path:
    if not any(run.readable for run in found):
        example = f"{plain(found[0].folder)}: {found[0].problems}"
        raise UserError(f"none of the {len(found)} runs found can be read; {example}")
    check_output_folder(out)
    runs, duplicates = drop_duplicates(found)
    sections = group_runs(runs)
    with report_style():
        drawings = [
            (section, _draw_figures(section, prefix))
            for section, prefix in zip(sections, _file_prefixes(sections), strict=True)
        ]
    files: dict[str, str | bytes] = {}
    for _, figures in drawings:
        for name, (_, rendered) in figures.items():
            files[f"{FIGURES_FOLDER}/{name}.svg"] = rendered.svg
            files[f"{FIGURES_FOLDER}/{name}.png"] = rendered.png
    files[GROUPS_FILE] = groups_table(sections).to_csv(index=False)
    files[RUNS_FILE] = runs_table(found).to_csv(index=False)
    notes = comparability_notes(runs, duplicates)
    files[PAGE_FILE] = render_page(folders, runs, notes, drawings)
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


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; expected rnnexp report DIR… [--out FOLDER]")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rnnexp report",
        allow_abbrev=False,
        description="Write one page, the figures and the tables of all runs in some folders.",
    )
    parser.add_argument(
        "folders", nargs="+", metavar="DIR", help="a run, a sweep, or any folder above some"
    )
    parser.add_argument(
        "--out", metavar="FOLDER", help="where to write the report (default: DIR/report)"
    )
    return parser
