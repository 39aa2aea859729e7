"""The command `rnnexp report`: read run folders, write a page, figures and tables."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import NoReturn

from rnnexp.config.errors import UserError
from rnnexp.report.group.matching import check_match
from rnnexp.report.pipeline import write_report_on
from rnnexp.report.read.runs import read_runs
from rnnexp.report.text import plain


def report(arguments: list[str]) -> None:
    """Run `rnnexp report *arguments`.

    Raises:
        UserError: If no run is found, or the report cannot be written. Nothing is written then.
    """
    asked = parse(arguments)
    out = Path(asked.folders[0], "report") if asked.out is None else Path(asked.out)
    runs = read_runs(asked.folders)
    compare = None if asked.compare is None else asked.compare.split(",")
    index = write_report_on(runs, asked.folders, out, compare, asked.match)
    print(f"report         {plain(index)}")
    for run in runs:
        if not run.readable:
            print(f"left out       {plain(run.folder)}: {run.problems}")
        elif run.notes:
            print(f"read in part   {plain(run.folder)}: {plain('; '.join(run.notes))}")


def parse(arguments: list[str]) -> Namespace:
    """Parse the arguments of `rnnexp report`.

    Raises:
        UserError: For a mistake in them.
    """
    parser = ArgumentParser(
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
    parser.add_argument(
        "--compare",
        metavar="SETTING[,SETTING…]",
        help="which settings to compare, such as unit,length; runs that differ in others are in "
        "sections of their own (default: all that differ)",
    )
    parser.add_argument(
        "--match",
        metavar="{parameters,state}",
        help="compare only groups of about the same number of parameters or size of state",
    )
    parser.error = _refuse  # type: ignore[method-assign]
    asked = parser.parse_args(arguments)
    if asked.out == "":
        raise UserError("--out: expected a folder, got nothing")
    if asked.match is not None:
        check_match(asked.match)
    return asked


_OPTIONS = "[--compare SETTING,…] [--match {parameters,state}] [--out FOLDER]"


def _refuse(message: str) -> NoReturn:
    raise UserError(f"{message}; expected rnnexp report DIR… {_OPTIONS}")
