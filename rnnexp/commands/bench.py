"""The command `rnnexp bench`: steps or whole jobs of our layers, Keras's and PyTorch's."""

import argparse
import csv
import time
from pathlib import Path

from rnnexp.bench.jobs import JOBS
from rnnexp.config.errors import UserError, suggest
from rnnexp.runs.folder import unwritable_folder

SHAPES = (
    (32, 200, 2, 64),
    (50, 200, 2, 128),
    (64, 64, 1, 128),
    (50, 600, 2, 128),
    (128, 100, 64, 256),  # bound by matrix products, the others by the overhead of a step
)
UNITS = ("SimpleRNN", "GRU", "LSTM")
PAIRS = {"steps": 15, "jobs": 3}


def bench(arguments: list[str]) -> None:
    """Run `rnnexp bench *arguments`.

    Raises:
        UserError: For a mistake in the arguments, before anything is measured.
    """
    options = parse(arguments)
    from rnnexp.console.startup import import_tensorflow

    if options.jobs is not None:
        _measure_jobs(options)
        return
    import_tensorflow()
    if options.watching:
        from rnnexp.bench.watching import cost_line, seconds_of_jobs

        print(cost_line(seconds_of_jobs(options.watching)))
        return
    _measure_steps(options)


def _measure_steps(options: argparse.Namespace) -> None:
    from rnnexp.bench import step_table
    from rnnexp.bench.timing import matrix_rate

    repeats = options.repeats or PAIRS["steps"]
    machine = matrix_rate()
    print(step_table.TITLE.format(repeats=repeats, rate=machine / 1e9))
    print(step_table.HEAD, flush=True)
    rows = []
    for shape in options.shapes or SHAPES:
        for unit in options.units or UNITS:
            rows.append(step_table.row(unit, shape, repeats, machine))
            print(step_table.line(rows[-1]), flush=True)
    for line in step_table.summary(rows):
        print(line)
    _write(options.csv, rows)


def _measure_jobs(options: argparse.Namespace) -> None:
    from rnnexp.bench import job_table

    repeats = options.repeats or PAIRS["jobs"]
    print(job_table.TITLE.format(repeats=repeats))
    print(job_table.HEAD, flush=True)
    rows = []
    for row in job_table.rows(options.jobs or JOBS, repeats):
        rows.append(row)
        print(job_table.ROW.format(**row), flush=True)
    _write(options.csv, rows)


def _write(path: Path, rows: list[dict]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            table = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    except OSError as error:
        raise unwritable_folder(error, path) from error
    print(f"as CSV: {path}")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments of `rnnexp bench`.

    Raises:
        UserError: For a mistake in them.
    """
    parser = argparse.ArgumentParser(
        prog="rnnexp bench", description=__doc__, exit_on_error=False, allow_abbrev=False
    )
    parser.add_argument("--units", nargs="+", choices=UNITS, metavar="UNIT", help="which")
    parser.add_argument(
        "--shapes",
        nargs="+",
        type=_shape,
        metavar="B,T,D,M",
        help="batch, timesteps, input features, units, as in 32,200,2,64",
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
    repeats = f"pairs of each (default {PAIRS['steps']}; of jobs {PAIRS['jobs']})"
    parser.add_argument("--repeats", type=_positive, metavar="N", help=repeats)
    default = Path("outputs", "bench", time.strftime("%Y-%m-%d_%H-%M-%S.csv"))
    parser.add_argument("--csv", type=Path, default=default, help="where the table goes")
    parser.error = _refuse  # type: ignore[method-assign,assignment]
    try:
        options = parser.parse_args(arguments)
    except argparse.ArgumentError as error:
        _refuse(str(error))
        raise
    _check_together(options)
    return options


def _check_together(options: argparse.Namespace) -> None:
    """Raise UserError for two options that exclude each other."""
    steps = options.units or options.shapes
    if options.jobs is not None and (steps or options.watching):
        _refuse("--jobs measures jobs; expected it without --units, --shapes and --watching")
    if options.watching and (steps or options.repeats):
        _refuse("--watching measures training; expected it without --units, --shapes and --repeats")


def _refuse(message: str) -> None:
    raise UserError(f"bench: {message}; `rnnexp bench --help` shows what there is")


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
