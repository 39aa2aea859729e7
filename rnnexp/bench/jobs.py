"""Whole jobs, as users have them: which model, which batches, and what is done with them.

Nothing here imports TensorFlow: the command knows the jobs before it does.
"""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Job:
    """One job, the same with `rnnexp.layers` and with `keras.layers`.

    text: what the table calls it. way: what is done, a function in bench/ways.py. shapes:
    (B, T) of an epoch's batches, in their order. units: M of each layer, the first one first.
    features: D.
    """

    text: str
    way: str
    shapes: tuple[tuple[int, int], ...]
    epochs: int = 1
    units: tuple[int, ...] = (64,)
    unit: str = "GRU"
    both_ways: bool = False
    dtype: str = "float32"
    features: int = 8


class Cost(NamedTuple):
    """seconds: of processor time on all cores. mib: by how much the process grew, at most."""

    seconds: float
    mib: float


def _times(number: int, B: int, T: int) -> tuple[tuple[int, int], ...]:
    return ((B, T),) * number


JOBS = {
    "one_step": Job("fit, 1 step", "fit", _times(1, 32, 50)),
    "twenty_steps": Job("fit, 20 steps", "fit", _times(20, 32, 50)),
    "many_steps": Job("fit, 2400 steps", "fit", _times(200, 32, 50), epochs=12),
    "twenty_lengths": Job(
        "fit, texts of 20 lengths, 4 epochs", "fit", tuple((16, T) for T in range(11, 111, 5)), 4
    ),
    "many_batch_sizes": Job(
        "fit, 28 sizes of batch, 2 epochs", "fit", tuple((B, 40) for B in range(5, 33)), 2
    ),
    "both_ways": Job("fit, bidirectional, 40 steps", "fit", _times(40, 32, 50), both_ways=True),
    "two_layers": Job("fit, 2 layers, 4 epochs", "fit", _times(15, 32, 50), 4, units=(64, 64)),
    "eight_layers": Job(
        "fit, 8 layers of LSTM, 5 steps", "fit", _times(5, 32, 30), units=(32,) * 8, unit="LSTM"
    ),
    "tape_loop": Job("GradientTape, 40 lengths", "tape", tuple((16, T) for T in range(3, 43))),
    "predict": Job("predict, 30 sizes of batch", "predict", tuple((B, 50) for B in range(3, 33))),
    "one_at_a_time": Job("stateful, 150 steps at B=1", "step_by_step", _times(150, 1, 1)),
    "wide": Job("fit, LSTM of M=1024, 5 steps", "fit", _times(5, 32, 20), 1, (1024,), "LSTM"),
    "bfloat16": Job(
        "fit, mixed_bfloat16, 40 steps", "fit", _times(40, 32, 50), dtype="mixed_bfloat16"
    ),
}
