"""The command `rnnexp bench`: how fast the layers are, beside Keras's and PyTorch's."""

import argparse
import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from rnnexp.commands.bench_arguments import parse
from rnnexp.runs.folder import unwritable_folder


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
    elif options.parallel:
        _measure_blocks(options)
    elif options.newton:
        _measure_newton(options)
    else:
        _measure_steps(options)


def _measure_steps(options: argparse.Namespace) -> None:
    from rnnexp.bench import step_table
    from rnnexp.bench.timing import matrix_rate

    machine = matrix_rate()
    print(step_table.TITLE.format(repeats=options.repeats, rate=machine / 1e9))
    print(step_table.HEAD, flush=True)
    measured = (
        row
        for shape in options.shapes
        for row in step_table.rows(options.units, shape, options.repeats, machine)
    )
    rows = _printed(measured, step_table.line)
    for line in step_table.summary(rows):
        print(line)
    _write(options.csv, rows)


def _measure_blocks(options: argparse.Namespace) -> None:
    from rnnexp.bench import parallel_table

    print(parallel_table.TITLE.format(repeats=options.repeats))
    print(parallel_table.HEAD, flush=True)
    measured = (
        row
        for shape in options.shapes
        for unit in options.units
        for row in parallel_table.rows(unit, shape, options.repeats)
    )
    _write(options.csv, _printed(measured, parallel_table.line))


def _measure_newton(options: argparse.Namespace) -> None:
    from rnnexp.bench import newton_table

    print(newton_table.TITLE.format(repeats=options.repeats, tolerance=newton_table.TOLERANCE))
    print(newton_table.HEAD, flush=True)
    measured = (
        newton_table.row(unit, shape, options.repeats)
        for shape in options.shapes
        for unit in options.units
    )
    _write(options.csv, _printed(measured, newton_table.line))


def _measure_jobs(options: argparse.Namespace) -> None:
    from rnnexp.bench import job_table

    print(job_table.TITLE.format(repeats=options.repeats))
    print(job_table.HEAD, flush=True)
    measured = job_table.rows(options.jobs, options.repeats)
    _write(options.csv, _printed(measured, lambda row: job_table.ROW.format(**row)))


def _printed(measured: Iterable[dict], line: Callable[[dict], str]) -> list[dict]:
    """Print each row when it has been measured, and return all of them."""
    rows = []
    for row in measured:
        rows.append(row)
        print(line(row), flush=True)
    return rows


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
