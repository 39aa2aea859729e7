"""The table of `rnnexp bench`: one training step of each unit in rnnexp, Keras and PyTorch."""

import importlib.util
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import geometric_mean, median

import keras
import tensorflow as tf

from rnnexp import layers
from rnnexp.bench.steps import Shape, keras_step, torch_step
from rnnexp.bench.timing import interleaved, ratio, seconds

TORCH = {"SimpleRNN": "RNN", "GRU": "GRU", "LSTM": "LSTM"}  # PyTorch's names
TITLE = """\
One training step (forward pass, backward pass, all weight gradients) in float32. Medians of
{repeats} alternating measurements.
ours: compiled, as in a layer after a batch shape has occurred often enough.
ours/keras, ours/torch: ratios of seconds; below 1, rnnexp is faster.
first: seconds until the first step has ended, including compiling.
rate: share of the {rate:.0f} GFLOP/s that a large matrix product reaches on this machine.
"""
HEAD = "unit         B    T   D    M    ours ms  ours/keras  ours/torch   first  (keras)   rate"
_ROW = (
    "{unit:9} {B:4} {T:4} {D:3} {M:4}  {ours_ms:9.2f}  {over_keras:10.2f}  {torch:>10}"
    "  {first_ours_s:6.2f}  {first_keras_s:7.2f}  {rate:4.0%}"
)


def line(row: dict) -> str:
    """Formats a row for the terminal."""
    torch = row["over_torch"]
    return _ROW.format(torch="–" if torch is None else f"{torch:.2f}", **row)


def summary(rows: Sequence[dict]) -> Iterator[str]:
    """Yields the geometric mean and the worst ratio over all rows, for Keras and for PyTorch."""
    for name in ("keras", "torch"):
        ratios = [row[f"over_{name}"] for row in rows if row[f"over_{name}"] is not None]
        if ratios:
            mean, worst = geometric_mean(ratios), max(ratios)
            yield f"ours/{name}: geometric mean {mean:.2f}, worst {worst:.2f}"


def row(unit: str, sizes: tuple, repeats: int, machine: float) -> dict:
    """Measures a unit at one shape.

    Args:
        unit: "SimpleRNN", "GRU" or "LSTM".
        sizes: (B, T, D, M).
        repeats: The number of pairs of measurements, at least 1.
        machine: The rate that `matrix_rate` measured, in operations per second.

    Returns:
        The row: sizes, milliseconds, ratios, seconds of the first step, and the share of the rate.
    """
    with _without_warnings():
        return _row(unit, Shape(*sizes), repeats, machine)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Turns off TensorFlow's warning about retracing, which would come for the step of each row."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _row(unit: str, shape: Shape, repeats: int, machine: float) -> dict:
    x = tf.random.normal((shape.B, shape.T, shape.D))
    layer = getattr(layers, unit)(shape.M)
    layer.jit_compile = True  # as in a long training
    ours, theirs = keras_step(layer, x), keras_step(getattr(keras.layers, unit)(shape.M), x)
    first_ours, first_theirs = seconds(ours), seconds(theirs)
    ours_s, theirs_s = interleaved(ours, theirs, repeats)
    over_torch = None
    if importlib.util.find_spec("torch"):
        torch = torch_step(TORCH[unit], shape, x)
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
