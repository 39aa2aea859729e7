"""Definitions of whole jobs that are typical for users: model, batches and use of the model.

This module does not import TensorFlow, so the command can check job names before it does.
"""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Job:
    """A job that can be run with `rnnexp.layers` and with `keras.layers`.

    Attributes:
        text: The label in the table.
        way: How the model is used: the name of a function in bench/ways.py.
        shapes: (B, T) of the batches of an epoch, in order.
        epochs: The number of epochs.
        units: M of each layer, first to last.
        unit: The name of the unit.
        both_ways: Whether the layers are bidirectional.
        dtype: The dtype policy.
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
    """The cost of a job.

    Attributes:
        seconds: CPU time in seconds on all cores.
        mib: The growth of the largest memory of the process, in MiB.
    """

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
        "fit, 28 batch sizes, 2 epochs", "fit", tuple((B, 40) for B in range(5, 33)), 2
    ),
    "both_ways": Job("fit, bidirectional, 40 steps", "fit", _times(40, 32, 50), both_ways=True),
    "two_layers": Job("fit, 2 layers, 4 epochs", "fit", _times(15, 32, 50), 4, units=(64, 64)),
    "eight_layers": Job(
        "fit, 8 layers of LSTM, 5 steps", "fit", _times(5, 32, 30), units=(32,) * 8, unit="LSTM"
    ),
    "tape_loop": Job("GradientTape, 40 lengths", "tape", tuple((16, T) for T in range(3, 43))),
    "predict": Job("predict, 30 batch sizes", "predict", tuple((B, 50) for B in range(3, 33))),
    "one_at_a_time": Job("stateful, 150 steps at B=1", "step_by_step", _times(150, 1, 1)),
    "wide": Job("fit, LSTM of M=1024, 5 steps", "fit", _times(5, 32, 20), 1, (1024,), "LSTM"),
    "bfloat16": Job(
        "fit, mixed_bfloat16, 40 steps", "fit", _times(40, 32, 50), dtype="mixed_bfloat16"
    ),
}
