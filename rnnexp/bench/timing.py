"""Time measurements that are comparable although the speed of the machine changes."""

import time
from collections.abc import Callable, Sequence
from statistics import median

import tensorflow as tf

Step = Callable[[], object]

# Worker threads, PyTorch's above all, keep spinning for a while after a call.
PAUSE = 0.01


def seconds(step: Step) -> float:
    """Returns the seconds of one call, after a pause for the threads of the previous call."""
    time.sleep(PAUSE)
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def interleaved(steps: Sequence[Step], repeats: int) -> list[list[float]]:
    """Returns the seconds of each, called in turn so that speed changes affect all of them."""
    rounds = [[seconds(step) for step in steps] for _ in range(repeats)]
    return [list(column) for column in zip(*rounds, strict=True)]


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """Returns the median of the ratios of corresponding elements."""
    return median(a / b for a, b in zip(numerators, denominators, strict=True))


def matrix_rate(size: int = 2048, repeats: int = 5) -> float:
    """Returns the operations per second of one large float32 matrix product on this machine."""
    a = tf.random.normal((size, size))
    multiply = tf.function(lambda: tf.reduce_sum(tf.matmul(a, a)))
    multiply()
    return 2 * size**3 / min(seconds(lambda: multiply().numpy()) for _ in range(repeats))
