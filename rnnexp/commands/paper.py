"""The command `rnnexp paper`: reproduce a published result, and compare."""

import shlex
from argparse import ArgumentParser, Namespace
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from hydra.core.override_parser.overrides_parser import OverridesParser

from rnnexp.commands.sweep import run_planned
from rnnexp.config.compose import check_overrides
from rnnexp.config.errors import UserError, suggest_flag
from rnnexp.config.hydra_errors import user_errors
from rnnexp.config.identity import NO_OTHER_RUN
from rnnexp.config.schema import slug
from rnnexp.console.startup import require_tensorflow_backend
from rnnexp.files.atomic import write_text
from rnnexp.papers.page import page
from rnnexp.papers.places import PAGE, csv_file, known_results, runs_folder
from rnnexp.papers.results import read_runs, write_csv
from rnnexp.papers.rows import Row, read_row, row_names
from rnnexp.papers.same_settings import check_settings
from rnnexp.papers.text import listing, result
from rnnexp.sweeps.plan import plan_paper
from rnnexp.sweeps.sweep import quoted

# What makes a row what it is, and where its runs are kept.
_OF_THE_ROW = ("experiment", "outputs", "paper", "seed", "task")
_FLAGS = ("--again", "--all", "--help", "--out", "--seeds", "--table", "--traceback")


def paper(arguments: list[str]) -> int:
    """Run `rnnexp paper *arguments`.

    Returns:
        1 if runs did not complete, else 0.

    Raises:
        UserError: For a mistake in the arguments.
        KeyboardInterrupt: After SIGINT or SIGTERM, once every run was saved.
    """
    asked = parse(arguments)
    if asked.table:
        _write_page(Path(asked.out))
    elif asked.all:
        small = [row for row in map(read_row, row_names()) if not row.is_full]
        return max([_run(row, asked) for row in small])
    elif asked.row is not None:
        return _run(read_row(asked.row), asked)
    else:
        rows = map(read_row, row_names())
        print(listing([(row, known_results(row)) for row in rows]))
    return 0


def parse(arguments: list[str]) -> Namespace:
    """Parse the arguments of `rnnexp paper`.

    Raises:
        UserError: For a mistake in them.
    """
    parser = ArgumentParser(
        prog="rnnexp paper",
        allow_abbrev=False,
        description="Train the runs of a row of conf/paper, and print what was published beside "
        "what was found. The same command continues a row that was interrupted. Without ROW, list "
        "all rows.",
    )
    parser.add_argument("row", nargs="?", metavar="ROW", help="a file in conf/paper")
    parser.add_argument(
        "overrides",
        nargs="*",
        metavar="KEY=VALUE",
        help="values that replace those of the row; the runs then have a folder of their own and "
        "do not enter the table",
    )
    parser.add_argument("--seeds", type=_count, metavar="N", help="runs of each entry")
    parser.add_argument("--again", action="store_true", help="train failed runs again, too")
    parser.add_argument("--all", action="store_true", help="run all rows, except those for a GPU")
    parser.add_argument(
        "--table", action="store_true", help="write the page of results from finished runs"
    )
    parser.add_argument(
        "--out", default=str(PAGE), metavar="FILE", help="the page that --table writes"
    )
    parser.error = _refuse  # type: ignore[method-assign]
    asked = parser.parse_intermixed_args(arguments)
    if "=" in (asked.row or ""):
        raise UserError(f"{asked.row}: expected the name of a row before it")
    if asked.table + asked.all + (asked.row is not None) > 1:
        raise UserError("rnnexp paper: expected one of ROW, --all and --table")
    _check_flags(asked)
    _check_overrides(asked)
    return asked


def _run(row: Row, asked: Namespace) -> int:
    """Train what is left of a row, and print its results."""
    require_tensorflow_backend()
    folder = paper_folder(row, asked.overrides)
    check_settings(row, folder, [o for o in asked.overrides if not o.startswith("hydra")])
    jobs = row.jobs(asked.seeds)
    sweep = [*_launcher(), *asked.overrides, f"hydra.sweep.dir={quoted(str(folder))}"]
    planned = plan_paper(row.name, jobs, sweep, asked.again)
    seeds = ["--seeds", str(asked.seeds)] if asked.seeds else []
    what = "--all" if asked.all else shlex.join([row.name, *seeds, *asked.overrides])
    code = run_planned(planned, "paper", what) if planned.left else 0
    print(f"\n{result(row, read_runs(row, folder))}", flush=True)
    return code


def paper_folder(row: Row, overrides: list[str]) -> Path:
    """The folder of the runs of a row; of its own if the overrides change what is trained."""
    folder = runs_folder(row)
    same = ("hydra", "hardware=", *NO_OTHER_RUN)
    changes = [o for o in overrides if not o.startswith(same)]
    return folder.with_name(f"{row.name}_{slug(changes)}") if changes else folder


def _launcher() -> list[str]:
    """One run for each core at a time, where that is installed."""
    installed = find_spec("hydra_plugins.hydra_joblib_launcher") is not None
    return ["hydra/launcher=joblib"] if installed else []


def _write_page(path: Path) -> None:
    rows = [read_row(name) for name in row_names()]
    for row in rows:
        check_settings(row, runs_folder(row))
    results = [(row, known_results(row, path)) for row in rows]
    text = page(results)
    try:
        for row, runs in results:
            if len(runs):
                write_csv(runs, csv_file(row, path))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    except OSError as error:
        raise UserError(f"{path}: the page cannot be written: {error.strerror}") from error
    print(f"page           {path}")


def _check_flags(asked: Namespace) -> None:
    """Raise UserError for an option that would have no effect."""
    if asked.out != str(PAGE) and not asked.table:
        raise UserError("rnnexp paper --out: expected --table, which writes the page")
    for flag, given in (("--seeds", asked.seeds), ("--again", asked.again)):
        if given and asked.row is None and not asked.all:
            raise UserError(f"rnnexp paper {flag}: expected ROW or --all")


def _check_overrides(asked: Namespace) -> None:
    """Raise UserError for overrides that are several values, or that would make another row."""
    check_overrides(asked.overrides)
    with user_errors():
        overrides = OverridesParser.create().parse_overrides(asked.overrides)
    row = read_row(asked.row) if overrides else None
    for override in overrides:
        key, text = override.key_or_group, override.input_line
        if override.is_sweep_override():
            raise UserError(
                f"{text}: expected one value; the entries of a row are in its file, and --seeds "
                "sets the number of seeds"
            )
        if row and key in {*_OF_THE_ROW, *row.keys_of_entries}:
            raise UserError(
                f"{text}: expected a value that the row {row.name} leaves open, not {key}; one run "
                f"with it is rnnexp train paper={row.name} {text}"
            )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UserError(f"--seeds: expected a whole number of at least 1, got {text}")
    return int(text)


def _refuse(message: str) -> NoReturn:
    raise UserError(
        f"{suggest_flag(message, _FLAGS)}; expected rnnexp paper [ROW [KEY=VALUE…]], "
        "rnnexp paper --all or rnnexp paper --table"
    )
