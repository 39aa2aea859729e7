"""The command `rnnexp report`: read run folders, write a page, figures and tables."""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import write
from rnnexp.report.drawing import Drawn, drawn
from rnnexp.report.figures import (
    cost,
    distribution,
    far,
    forgetting,
    gates,
    gradient,
    learning,
    reach,
    retention,
    scores,
)
from rnnexp.report.figures.frame import Picture
from rnnexp.report.notes import notes
from rnnexp.report.page import page
from rnnexp.report.repeats import without_repeats
from rnnexp.report.runs import read_runs
from rnnexp.report.sections import Section, sections
from rnnexp.report.style import style
from rnnexp.report.tables import groups_table, runs_table

PICTURES: tuple[Callable[[Section], Picture | None], ...] = (
    scores.picture,
    far.picture,
    learning.picture,
    forgetting.picture,
    reach.picture,
    gradient.picture,
    gates.picture,
    distribution.picture,
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
    out = Path(asked.out or Path(asked.places[0]) / "report")
    index = write_report(asked.places, out)
    print(f"report         {index}")


def write_report(places: Sequence[str], out: Path) -> Path:
    """Write index.html, groups.csv, runs.csv and figures/ into `out`; return the first's path."""
    found = read_runs(places)
    runs, repeats = without_repeats(found)
    told = sections(runs)
    with style():
        drawings = [(section, _draw(section, _prefix(section, told))) for section in told]
    html = page(places, runs, notes(runs, repeats), drawings)
    try:
        (out / "figures").mkdir(parents=True, exist_ok=True)
        for _, pictures in drawings:
            for name, (_, drawing) in pictures.items():
                _write(out / "figures" / f"{name}.svg", drawing.svg)
                _write(out / "figures" / f"{name}.png", drawing.png)
        _write(out / "groups.csv", groups_table(told).to_csv(index=False))
        _write(out / "runs.csv", runs_table(found).to_csv(index=False))
        _write(out / "index.html", html)
    except OSError as error:
        raise UserError(
            f"{error.filename or out}: the report cannot be written: {error.strerror}; "
            "name another place with --out FOLDER"
        ) from error
    return out / "index.html"


def _draw(section: Section, prefix: str) -> dict[str, tuple[Picture, Drawn]]:
    """Every figure that the section has something for, by its file name."""
    pictures = [picture for draw in PICTURES if (picture := draw(section))]
    names = [prefix + picture.name for picture in pictures]
    return {n: (p, drawn(p.figure, n)) for n, p in zip(names, pictures, strict=True)}


def _prefix(section: Section, told: Sequence[Section]) -> str:
    """ "" for the only section, or else its task, fit for a file name."""
    return "" if len(told) == 1 else re.sub(r"[^\w.=-]+", "-", section.task) + "_"


def _write(path: Path, content: str | bytes) -> None:
    data = content.encode("utf-8") if isinstance(content, str) else content
    write(path, lambda part: part.write_bytes(data))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; expected rnnexp report DIR… [--out FOLDER]")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rnnexp report",
        description="Write one page, the figures and the tables of all runs in some folders.",
    )
    parser.add_argument(
        "places", nargs="+", metavar="DIR", help="a run, a sweep, or any folder above some"
    )
    parser.add_argument("--out", metavar="FOLDER", help="where to write; DIR/report unless given")
    return parser
