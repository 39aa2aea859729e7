"""The table of `rnnexp bench --newton`: all timesteps by Newton's method, beside the loop."""

from collections.abc import Callable
from statistics import median

import numpy as np
import tensorflow as tf
from keras import tree

from rnnexp import layers
from rnnexp.bench.parallel_table import largest_difference
from rnnexp.bench.steps import Shape, without_warnings
from rnnexp.bench.timing import interleaved, ratio
from rnnexp.engine.forward import predicted
from rnnexp.engine.newton import newton
from rnnexp.engine.plan import plan
from rnnexp.engine.run import operands_of

TITLE = """\
The states of all timesteps by Newton's method, with a scan in each iteration, over a loop over all
timesteps: the forward pass in float32, both compiled. Medians of {repeats} alternating pairs.
iterations: until no state changes by more than {tolerance:g}. newton/loop: the ratio of seconds;
below 1, Newton's method is faster. difference: the largest of the outputs.
"""
HEAD = (
    "unit                B    T   D    M  iterations  newton ms   loop ms  newton/loop  difference"
)
TOLERANCE = 1e-5
_ROW = (
    "{unit:16} {B:4} {T:4} {D:3} {M:4}  {iterations:10}  {newton_ms:9.1f} {loop_ms:9.1f}"
    "  {over_loop:11.1f}  {difference:10.1e}"
)


def line(row: dict) -> str:
    """Formats a row for the terminal."""
    return _ROW.format(**row)


def row(unit: str, sizes: tuple, repeats: int) -> dict:
    """Measures a unit at one shape.

    Args:
        unit: The name of a class of `rnnexp.layers`.
        sizes: (B, T, D, M).
        repeats: The number of pairs of measurements, at least 1.

    Returns:
        The row: sizes, iterations, milliseconds, the ratio, and the difference of the outputs.
    """
    shape = Shape(*sizes)
    x = tf.random.normal((shape.B, shape.T, shape.D))
    with without_warnings():
        solve, loop = _both(getattr(layers, unit)(shape.M), x)
        states, iterations = solve()
        difference = largest_difference([np.moveaxis(states, 0, 1)], loop())
        newton_s, loop_s = interleaved((solve, loop), repeats)
    return {
        "unit": unit,
        **shape._asdict(),
        "iterations": int(iterations),
        "newton_ms": 1e3 * median(newton_s),
        "loop_ms": 1e3 * median(loop_s),
        "over_loop": ratio(newton_s, loop_s),
        "difference": difference,
    }


def _both(layer, x) -> tuple[Callable, Callable]:
    """Returns functions that compute the first state: (T, B, M) and the iterations; [(B, T, M)]."""
    layer.build(x.shape)
    cell = layer.cell
    equation, layout = cell.equation, plan(cell.equation)
    starts = tuple(tree.flatten(cell.get_initial_state(x.shape[0])))

    def operands(x):
        return operands_of(layout, cell.step_weights(), x, starts)

    @tf.function(jit_compile=True, autograph=False)
    def solve(x):
        states, iterations = newton(equation, layout, operands(x), TOLERANCE)
        return states[0], iterations

    @tf.function(jit_compile=True, autograph=False)
    def loop(x):
        outputs, _ = predicted(equation, layout, operands(x), (0,))
        return outputs

    def in_numpy(function):
        return lambda: tree.map_structure(lambda tensor: tensor.numpy(), function(x))

    return in_numpy(solve), in_numpy(loop)
