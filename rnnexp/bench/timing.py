"""Seconds that can be compared although the machine's speed drifts."""

import time
from collections.abc import Callable, Sequence
from statistics import median

import tensorflow as tf

Step = Callable[[], object]

# Worker threads go on spinning for a while when their library is done, PyTorch's most of all.
PAUSE = 0.01


def seconds(step: Step) -> float:
    """How long one call takes, after a pause in which the last one's threads come to rest."""
    time.sleep(PAUSE)
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def interleaved(first: Step, second: Step, repeats: int) -> tuple[list[float], list[float]]:
    """Seconds of both, called in turn, so that a drift meets both alike."""
    pairs = [(seconds(first), seconds(second)) for _ in range(repeats)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """The median of the ratios pair by pair."""
    return median(a / b for a, b in zip(numerators, denominators, strict=True))


def matrix_rate(size: int = 2048, repeats: int = 5) -> float:
    """Operations a second that one large matrix product in float32 reaches here."""
    a = tf.random.normal((size, size))
    multiply = tf.function(lambda: tf.reduce_sum(tf.matmul(a, a)))
    multiply()
    return 2 * size**3 / min(seconds(lambda: multiply().numpy()) for _ in range(repeats))
