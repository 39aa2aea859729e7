"""The table of `rnnexp bench --parallel`: blocks of timesteps side by side, beside the loop."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median

import numpy as np
import tensorflow as tf

from rnnexp import layers
from rnnexp.bench.steps import Shape, keras_step, prediction, without_warnings
from rnnexp.bench.timing import interleaved, ratio

TITLE = """\
Units that are affine in their states: blocks of timesteps that run side by side, over a loop over
all timesteps (layer.parallel = False), in float32. Medians of {repeats} alternating pairs.
compiled, plain: one training step with jit_compile = True and False. predict: the forward pass.
blocks/loop: the ratio of seconds; below 1, the blocks are faster.
difference: the largest of the outputs, or of the gradients of the weights in a training step, as
a share of the largest number of its array.
"""
HEAD = "unit          B    T   D    M  way        blocks ms   loop ms  blocks/loop  difference"
_ROW = (
    "{unit:10} {B:4} {T:4} {D:3} {M:4}  {way:8}  {blocks_ms:10.1f} {loop_ms:9.1f}"
    "  {over_loop:11.2f}  {difference:10.1e}"
)


def line(row: dict) -> str:
    """Formats a row for the terminal."""
    return _ROW.format(**row)


def rows(unit: str, sizes: tuple, repeats: int) -> Iterator[dict]:
    """Measures a unit at one shape.

    Args:
        unit: The name of a class of `rnnexp.layers` that is affine in its states.
        sizes: (B, T, D, M).
        repeats: The number of pairs of measurements, at least 1.

    Yields:
        The row of each way: sizes, milliseconds, the ratio, and the difference of the results.
    """
    shape = Shape(*sizes)
    x = tf.random.normal((shape.B, shape.T, shape.D))
    with without_warnings():
        for way, call in WAYS.items():
            layer, loop = _with_equal_weights(unit, shape)
            loop.parallel = False
            yield _row(unit, shape, way, (call(layer, x), call(loop, x)), repeats)


def _with_equal_weights(unit: str, shape: Shape) -> list[layers.EquationLayer]:
    made = [getattr(layers, unit)(shape.M, return_sequences=True) for _ in range(2)]
    for layer in made:
        layer.build((shape.B, shape.T, shape.D))
    made[1].set_weights(made[0].get_weights())
    return made


def _training(compiled: bool) -> Callable:
    def call(layer, x):
        layer.jit_compile = compiled
        return keras_step(layer, x)

    return call


WAYS = {"compiled": _training(True), "plain": _training(False), "predict": prediction}


def _row(unit: str, shape: Shape, way: str, calls: Sequence[Callable], repeats: int) -> dict:
    difference = largest_difference(*(call() for call in calls))
    blocks_s, loop_s = interleaved(calls, repeats)
    return {
        "unit": unit,
        **shape._asdict(),
        "way": way,
        "blocks_ms": 1e3 * median(blocks_s),
        "loop_ms": 1e3 * median(loop_s),
        "over_loop": ratio(blocks_s, loop_s),
        "difference": difference,
    }


def largest_difference(found: Sequence[np.ndarray], expected: Sequence[np.ndarray]) -> float:
    """Returns the largest difference, as a share of the largest number of its array."""
    return max(
        float(np.max(np.abs(one - other)) / np.max(np.abs(other)))
        for one, other in zip(found, expected, strict=True)
    )
