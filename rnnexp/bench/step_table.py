"""The table of `rnnexp bench`: one training step of each unit, and what it is compared with."""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from statistics import geometric_mean, median
from typing import NamedTuple

import keras
import tensorflow as tf

from rnnexp import layers
from rnnexp.bench.steps import Shape, keras_step, torch_step, without_warnings
from rnnexp.bench.timing import interleaved, ratio, seconds
from rnnexp.explain.units import read

TORCH = {"SimpleRNN": "RNN", "GRU": "GRU", "LSTM": "LSTM"}  # PyTorch's names
TITLE = """\
One training step (forward pass, backward pass, all weight gradients) in float32. Medians of
{repeats} alternating measurements.
ours: compiled, as in a layer after a batch shape has occurred often enough.
time: seconds over those of SimpleRNN in rnnexp at this shape; work: the same of multiplications.
ours/keras, ours/loop, ours/torch: ratios of seconds; below 1, rnnexp is faster. keras is Keras's
layer of this name; loop, for the other units, is keras.layers.RNN around the unit's cell.
first: seconds until the first step has ended, including compiling.
rate: share of the {rate:.0f} GFLOP/s that a large matrix product reaches on this machine.
"""
HEAD = (
    "unit               B    T   D    M   ours ms   time   work  ours/keras  /loop  /torch"
    "   first   rate"
)
_ROW = (
    "{unit:16} {B:3} {T:4} {D:3} {M:4} {ours_ms:9.2f} {over_simple_rnn:6.2f} {work:6.2f}"
    "  {keras:>10} {loop:>6}  {torch:>6}  {first_ours_s:6.2f}  {rate:5.1%}"
)
_ABOUT = {unit.name: unit for unit in read()}
_OTHERS = ("keras", "loop", "torch")


def line(row: dict) -> str:
    """Formats a row for the terminal."""
    ratios = {name: row[f"over_{name}"] for name in _OTHERS}
    texts = {name: "–" if found is None else f"{found:.2f}" for name, found in ratios.items()}
    return _ROW.format(**texts, **row)


def summary(rows: Sequence[dict]) -> Iterator[str]:
    """Yields the geometric mean and the worst of each ratio over all rows that have it."""
    for name in _OTHERS:
        ratios = [row[f"over_{name}"] for row in rows if row[f"over_{name}"] is not None]
        if ratios:
            mean, worst = geometric_mean(ratios), max(ratios)
            yield f"ours/{name}: geometric mean {mean:.2f}, worst {worst:.2f}"


def rows(units: Sequence[str], sizes: tuple, repeats: int, machine: float) -> Iterator[dict]:
    """Measures units at one shape.

    Args:
        units: The names of classes of `rnnexp.layers`.
        sizes: (B, T, D, M).
        repeats: The number of rounds of measurements, at least 1.
        machine: The rate that `matrix_rate` measured, in operations per second.

    Yields:
        The row of each unit: sizes, milliseconds, ratios, seconds of the first step, and the share
        of the rate.
    """
    shape = Shape(*sizes)
    x = tf.random.normal((shape.B, shape.T, shape.D))
    with without_warnings():
        step = keras_step(_compiled("SimpleRNN", shape.M), x)
        simple = _Simple(step, seconds(step))
        for unit in units:
            yield _row(unit, shape, x, simple, repeats, machine)


class _Simple(NamedTuple):
    """A step of SimpleRNN, and the seconds of its first call."""

    step: Callable[[], object]
    first_s: float


def _row(unit: str, shape: Shape, x, simple: _Simple, repeats: int, machine: float) -> dict:
    layer = _compiled(unit, shape.M)
    has_keras = hasattr(keras.layers, unit)
    ours, theirs = keras_step(layer, x), keras_step(_of_keras(unit, shape.M), x)
    first_ours, first_theirs = seconds(ours), seconds(theirs)
    if unit == "SimpleRNN":  # layers of equal sizes share their compiled loops
        first_ours = simple.first_s
    ours_s, theirs_s, simple_s = interleaved((ours, theirs, simple.step), repeats)
    over_theirs = ratio(ours_s, theirs_s)
    work, simple_work = (_ABOUT[name].multiplications for name in (unit, "SimpleRNN"))
    return {
        "unit": unit,
        **shape._asdict(),
        "ours_ms": 1e3 * median(ours_s),
        "keras_ms": 1e3 * median(theirs_s),
        "over_simple_rnn": ratio(ours_s, simple_s),
        "work": work.at(shape.D, shape.M) / simple_work.at(shape.D, shape.M),
        "over_keras": over_theirs if has_keras else None,
        "over_loop": None if has_keras else over_theirs,
        "over_torch": _over_torch(unit, shape, x, ours, repeats),
        "first_ours_s": first_ours,
        "first_keras_s": first_theirs,
        "rate": shape.flops(_ABOUT[unit].products) / median(ours_s) / machine,
    }


def _compiled(unit: str, M: int) -> layers.EquationLayer:
    layer = getattr(layers, unit)(M)
    layer.jit_compile = True  # as in a long training
    return layer


def _of_keras(unit: str, M: int) -> keras.layers.RNN:
    """Returns Keras's layer of a unit, or Keras's loop around our cell if Keras has none."""
    if hasattr(keras.layers, unit):
        return getattr(keras.layers, unit)(M)
    return keras.layers.RNN(getattr(layers, unit).cell_class(M))


def _over_torch(unit: str, shape: Shape, x, ours: Callable, repeats: int) -> float | None:
    if unit not in TORCH or not importlib.util.find_spec("torch"):
        return None
    torch = torch_step(TORCH[unit], shape, x)
    torch()
    return ratio(*interleaved((ours, torch), repeats))
