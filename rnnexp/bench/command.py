"""The command `rnnexp bench`: one training step of each unit, ours beside Keras's and PyTorch's."""

import argparse
import csv
import importlib.util
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import geometric_mean, median

from rnnexp.experiment.errors import UserError
from rnnexp.experiment.folder import unwritable

SHAPES = (
    (32, 200, 2, 64),
    (50, 200, 2, 128),
    (64, 64, 1, 128),
    (50, 600, 2, 128),
    (128, 100, 64, 256),  # bound by matrix products, as the others are by the cost of a step
)
UNITS = {"SimpleRNN": "RNN", "GRU": "GRU", "LSTM": "LSTM"}  # and PyTorch's name

_TITLE = """\
One training step (forward, backward, all weights), float32, median of {repeats} in turn.
ours/keras, ours/torch: ratios of seconds, below 1 is faster than they are.
first: seconds to the end of the first step, compiling included.
rate: share of the {rate:.0f} GFLOP/s that a large matrix product reaches here.
"""
_HEAD = "unit         B    T   D    M    ours ms  ours/keras  ours/torch   first  (keras)   rate"
_ROW = (
    "{unit:9} {B:4} {T:4} {D:3} {M:4}  {ours_ms:9.2f}  {over_keras:10.2f}  {torch:>10}"
    "  {first_ours_s:6.2f}  {first_keras_s:7.2f}  {rate:4.0%}"
)


def bench(arguments: list[str]) -> None:
    """Do what `rnnexp bench *arguments` says.

    Raises UserError for a mistake, before anything is measured.
    """
    options = _parsed(arguments)
    from rnnexp.experiment.chatter import import_tensorflow

    import_tensorflow()
    from rnnexp.bench.timing import matrix_rate
    from rnnexp.bench.watching import cost_line, seconds_of_jobs

    machine = matrix_rate()
    print(_TITLE.format(repeats=options.repeats, rate=machine / 1e9))
    print(_HEAD, flush=True)
    rows = []
    for shape in options.shapes:
        for unit in options.units:
            with _without_warnings():
                rows.append(_row(unit, shape, options.repeats, machine))
            torch = rows[-1]["over_torch"]
            told = "–" if torch is None else f"{torch:.2f}"
            print(_ROW.format(torch=told, **rows[-1]), flush=True)
    _summarise(rows)
    _write(options.csv, rows)
    print(f"as CSV: {options.csv}")
    if options.jobs:
        print(cost_line(seconds_of_jobs(options.jobs)))


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Of TensorFlow, which takes the step of each row for one function that is traced anew."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _row(unit: str, shape: tuple, repeats: int, machine: float) -> dict:
    import keras
    import tensorflow as tf

    from rnnexp import layers
    from rnnexp.bench.steps import Shape, keras_step, torch_step
    from rnnexp.bench.timing import interleaved, ratio, seconds

    shape = Shape(*shape)
    x = tf.random.normal((shape.B, shape.T, shape.D))
    layer = getattr(layers, unit)(shape.M)
    layer.jit_compile = True  # what a long training comes to
    ours, theirs = keras_step(layer, x), keras_step(getattr(keras.layers, unit)(shape.M), x)
    first_ours, first_theirs = seconds(ours), seconds(theirs)
    ours_s, theirs_s = interleaved(ours, theirs, repeats)
    over_torch = None
    if importlib.util.find_spec("torch"):
        torch = torch_step(UNITS[unit], shape, x)
        torch()
        over_torch = ratio(*interleaved(ours, torch, repeats))
    flops = shape.flops(len(layer.cell.equation.neurons))
    return {
        "unit": unit,
        **shape._asdict(),
        "ours_ms": 1e3 * median(ours_s),
        "keras_ms": 1e3 * median(theirs_s),
        "over_keras": ratio(ours_s, theirs_s),
        "over_torch": over_torch,
        "first_ours_s": first_ours,
        "first_keras_s": first_theirs,
        "rate": flops / median(ours_s) / machine,
    }


def _summarise(rows: list[dict]) -> None:
    for name in ("keras", "torch"):
        ratios = [row[f"over_{name}"] for row in rows if row[f"over_{name}"] is not None]
        if ratios:
            mean, worst = geometric_mean(ratios), max(ratios)
            print(f"ours/{name}: geometric mean {mean:.2f}, worst {worst:.2f}")


def _write(path: Path, rows: list[dict]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            table = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    except OSError as error:
        raise unwritable(error, path) from error


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="rnnexp bench", description=__doc__, exit_on_error=False, allow_abbrev=False
    )
    parser.add_argument(
        "--units", nargs="+", choices=UNITS, default=list(UNITS), metavar="UNIT", help="which"
    )
    parser.add_argument(
        "--shapes",
        nargs="+",
        type=_shape,
        default=list(SHAPES),
        metavar="B,T,D,M",
        help="batch, timesteps, input features, units, as in 32,200,2,64",
    )
    parser.add_argument("--repeats", type=_positive, default=15, help="calls of each (default 15)")
    parser.add_argument(
        "--jobs",
        type=int,
        default=1,
        help="whole default jobs with each schedule of diagnostics; 0 for none (default 1)",
    )
    default = Path("outputs", "bench", time.strftime("%Y-%m-%d_%H-%M-%S.csv"))
    parser.add_argument("--csv", type=Path, default=default, help="where the table goes")
    parser.error = _refuse  # type: ignore[method-assign,assignment]
    try:
        return parser.parse_args(arguments)
    except argparse.ArgumentError as error:
        _refuse(str(error))
        raise


def _refuse(message: str) -> None:
    raise UserError(f"bench: {message}; `rnnexp bench --help` shows what can be said")


def _shape(text: str) -> tuple[int, ...]:
    sizes = tuple(_positive(part) for part in text.split(","))
    if len(sizes) != 4:
        raise argparse.ArgumentTypeError(f"expected B,T,D,M, as in 32,200,2,64, got {text}")
    return sizes


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)
