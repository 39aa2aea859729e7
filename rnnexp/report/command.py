"""The command `rnnexp report`: read run folders, write a page, figures and tables."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from rnnexp.config.errors import UserError
from rnnexp.report.aggregate.tables import groups_table, runs_table
from rnnexp.report.draw.axes import Picture
from rnnexp.report.draw.figures import (
    cost,
    forgetting,
    gate_units,
    gates,
    gradient,
    horizon,
    horizon_over_training,
    learning,
    retention,
    scores,
)
from rnnexp.report.draw.rendering import Drawn, drawn
from rnnexp.report.draw.style import style
from rnnexp.report.group.duplicates import without_repeats
from rnnexp.report.group.notes import notes
from rnnexp.report.group.sections import Section, sections
from rnnexp.report.read.runs import Run, read_runs
from rnnexp.report.text import file_name, plain
from rnnexp.report.write.output import FIGURES, GROUPS, PAGE, RUNS, check_place, put
from rnnexp.report.write.page import page

PICTURES: tuple[Callable[[Section], Picture | None], ...] = (
    scores.picture,
    horizon.picture,
    learning.picture,
    forgetting.picture,
    horizon_over_training.picture,
    gradient.picture,
    gates.picture,
    gate_units.picture,
    retention.retention,
    retention.carried,
    cost.picture,
)
"""Every figure, in the order of the page."""


def report(arguments: list[str]) -> None:
    """Do what `rnnexp report *arguments` says.

    Raises UserError, and writes nothing, where no run is found or a folder cannot be written.
    """
    asked = _parser().parse_args(arguments)
    if asked.out == "":
        raise UserError("--out: expected a folder, got nothing")
    out = Path(asked.places[0], "report") if asked.out is None else Path(asked.out)
    found = read_runs(asked.places)
    index = _write(asked.places, found, out)
    print(f"report         {plain(index)}")
    for run in found:
        if not run.readable:
            print(f"left out       {plain(run.folder)}: {run.told}")
        elif run.notes:
            print(f"read in part   {plain(run.folder)}: {plain('; '.join(run.notes))}")


def write_report(places: Sequence[str], out: Path) -> Path:
    """Write index.html, groups.csv, runs.csv and figures/ into `out`; return the first's path."""
    return _write(places, read_runs(places), out)


def _write(places: Sequence[str], found: Sequence[Run], out: Path) -> Path:
    if not any(run.readable for run in found):
        first = f"{plain(found[0].folder)}: {found[0].told}"
        raise UserError(f"none of the runs found can be read ({len(found)}); {first}")
    check_place(out)
    runs, repeats = without_repeats(found)
    told = sections(runs)
    with style():
        drawings = [
            (section, _draw(section, prefix))
            for section, prefix in zip(told, _prefixes(told), strict=True)
        ]
    files: dict[str, str | bytes] = {}
    for _, pictures in drawings:
        for name, (_, drawing) in pictures.items():
            files[f"{FIGURES}/{name}.svg"] = drawing.svg
            files[f"{FIGURES}/{name}.png"] = drawing.png
    files[GROUPS] = groups_table(told).to_csv(index=False)
    files[RUNS] = runs_table(found).to_csv(index=False)
    files[PAGE] = page(places, runs, notes(runs, repeats), drawings)
    put(out, files)
    return out / PAGE


def _draw(section: Section, prefix: str) -> dict[str, tuple[Picture, Drawn]]:
    """Every figure that the section has something for, by its file name."""
    pictures = [picture for draw in PICTURES if (picture := draw(section))]
    names = [prefix + picture.name for picture in pictures]
    return {n: (p, drawn(p.figure, n)) for n, p in zip(names, pictures, strict=True)}


def _prefixes(told: Sequence[Section]) -> list[str]:
    """ "" for the only section, or else for each its task, fit for a file name and no other's."""
    if len(told) == 1:
        return [""]
    names = [file_name(section.task) for section in told]
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
        "places", nargs="+", metavar="DIR", help="a run, a sweep, or any folder above some"
    )
    parser.add_argument("--out", metavar="FOLDER", help="where to write; DIR/report unless given")
    return parser
