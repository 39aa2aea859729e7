"""The arguments of `rnnexp bench`."""

import argparse
import time
from pathlib import Path
from typing import NoReturn

from rnnexp.bench.jobs import JOBS
from rnnexp.config.errors import UserError, suggest
from rnnexp.explain.explanation import Explanation
from rnnexp.explain.units import by_name, plain, read

SHAPES = (
    (32, 200, 2, 64),
    (50, 200, 2, 128),
    (64, 64, 1, 128),
    (50, 600, 2, 128),
    (128, 100, 64, 256),  # bound by matrix products, the others by the overhead of a step
)
LONG = ((8, 256, 8, 64), (8, 1024, 8, 64), (8, 8192, 8, 64), (1, 8192, 8, 64))
UNITS = ["SimpleRNN", "GRU", "LSTM"]
SOLVED = ["IndRNN", "BRC", "GRU", "LSTM"]
PAIRS = {"steps": 15, "jobs": 3, "parallel": 5, "newton": 5}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments of `rnnexp bench`, and fill in what is measured by default.

    Raises:
        UserError: For a mistake in them.
    """
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
    except argparse.ArgumentError as error:
        _refuse(str(error))
    _check_together(options)
    _fill_in(options)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rnnexp bench",
        description="Measure how fast the layers are, beside Keras's and PyTorch's.",
        exit_on_error=False,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--units",
        nargs="+",
        type=_unit,
        metavar="UNIT",
        help=f"which units (default {' '.join(UNITS)}), or `all` of rnnexp's, at the first shape",
    )
    parser.add_argument(
        "--shapes",
        nargs="+",
        type=_shape,
        metavar="B,T,D,M",
        help="batch, timesteps, input features, units, as in 32,200,2,64",
    )
    parser.add_argument(
        "--parallel",
        action="store_true",
        help="instead of steps: blocks of timesteps beside the loop, for the units that are affine "
        f"in their states, {', '.join(_affine())}",
    )
    parser.add_argument(
        "--newton",
        action="store_true",
        help="instead of steps: Newton's method over all timesteps beside the loop, for "
        f"{', '.join(SOLVED)} by default",
    )
    parser.add_argument(
        "--jobs",
        nargs="*",
        type=_job,
        metavar="NAME",
        help=f"whole jobs instead of steps: all, in about 8 minutes, or of {', '.join(JOBS)}",
    )
    parser.add_argument(
        "--watching",
        type=_positive,
        metavar="N",
        help="instead of steps: N whole `rnnexp train` with each schedule of diagnostics",
    )
    repeats = f"pairs of each (default {', '.join(f'{n} of {what}' for what, n in PAIRS.items())})"
    parser.add_argument("--repeats", type=_positive, metavar="N", help=repeats)
    default = Path("outputs", "bench", time.strftime("%Y-%m-%d_%H-%M-%S.csv"))
    parser.add_argument("--csv", type=Path, default=default, help="where the table goes")
    parser.error = _refuse  # type: ignore[method-assign]
    return parser


def _check_together(options: argparse.Namespace) -> None:
    """Raise UserError for options that exclude each other."""
    steps = options.units or options.shapes or options.parallel or options.newton
    if options.parallel and options.newton:
        _refuse("expected one of --parallel and --newton")
    if options.jobs is not None and (steps or options.watching):
        _refuse(
            "--jobs measures jobs; expected it without --units, --shapes, --parallel, --newton and "
            "--watching"
        )
    if options.watching and (steps or options.repeats):
        _refuse(
            "--watching measures training; expected it without --units, --shapes, --parallel, "
            "--newton and --repeats"
        )
    if options.parallel:
        for unit in set(options.units or ()) - {"all", *_affine()}:
            _refuse(
                f"{unit} is not affine in its states, so it always runs in a loop; expected "
                f"--parallel with units of {', '.join(_affine())}"
            )


def _fill_in(options: argparse.Namespace) -> None:
    """Replace what was not given by its default, and "all" by the names of all units."""
    every = "all" in (options.units or ())
    options.jobs = list(JOBS) if options.jobs == [] else options.jobs
    if options.parallel:
        measured = "parallel"
        options.units = _affine() if every else options.units or _affine()
        options.shapes = options.shapes or LONG
    elif options.newton:
        measured = "newton"
        options.units = [unit.name for unit in _layers()] if every else options.units or SOLVED
        options.shapes = options.shapes or LONG[:1]
    else:
        measured = "steps" if options.jobs is None else "jobs"
        options.units = [unit.name for unit in _layers()] if every else options.units or UNITS
        options.shapes = options.shapes or (SHAPES[:1] if every else SHAPES)
    options.repeats = options.repeats or PAIRS[measured]


def _layers() -> list[Explanation]:
    """Return the explanations of the units that have a layer of their own."""
    return [unit for unit in read() if unit.models]


def _affine() -> list[str]:
    """Return the names of the units that may run in blocks of timesteps."""
    return [unit.name for unit in _layers() if unit.parallel]


def _refuse(message: str) -> NoReturn:
    raise UserError(f"bench: {message}; `rnnexp bench --help` shows what there is")


def _unit(text: str) -> str:
    names = by_name(_layers())
    if text == "all":
        return text
    if plain(text) not in names:
        spelt = [name for unit in names.values() for name in (unit.name, *unit.models)]
        raise argparse.ArgumentTypeError(f"there is no unit {text!r}; {suggest(text, spelt)}")
    return names[plain(text)].name


def _job(text: str) -> str:
    if text not in JOBS:
        raise argparse.ArgumentTypeError(f"there is no job {text!r}; {suggest(text, JOBS)}")
    return text


def _shape(text: str) -> tuple[int, ...]:
    sizes = tuple(_positive(part) for part in text.split(","))
    if len(sizes) != 4:
        raise argparse.ArgumentTypeError(f"expected B,T,D,M, as in 32,200,2,64, got {text}")
    return sizes


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)
