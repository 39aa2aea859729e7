"""The flip-flop: hold the sign of the last pulse of each of several inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnnexp.tasks.checks import check_at_least, check_between
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.generated import Generated


@dataclass(frozen=True)
class FlipFlop(Generated):
    """Pulses of +1 and -1 arrive on each input. Each output holds the last pulse of its input.

    Example:

        >>> print(FlipFlop(length=10, probability=0.3).example(seed=3))
        bit 1    -1 0  0  1  -1 0  0  0  0  -1
        bit 2    -1 0  0  0  0  1  -1 1  0  -1
        bit 3    1  0  0  0  -1 -1 0  0  -1 0
        y bit 1  -1 -1 -1 1  -1 -1 -1 -1 -1 -1
        y bit 2  -1 -1 -1 -1 -1 1  -1 1  1  -1
        y bit 3  1  1  1  1  -1 -1 -1 -1 -1 -1

    The inputs x are (N, T, bits) float32, each -1, 0 or 1. The targets y are (N, T, bits) float32:
    the last input that is not 0, -1 or 1. Each bit begins with a pulse.

    A trained network has a stable fixed point for each of the 2 ** bits memories.

    Source: Sussillo and Barak (2013), with 3 bits and inputs in continuous time. The discrete
    form here, with a pulse at the first step and a pulse with probability 1/2 at any other, is
    that of Golub and Sussillo (2018), "FixedPointFinder".

    Baseline: each target is -1 or 1 with equal probability, so the best guess is 0, with a mean
    squared error of 1. The guess "present input" repeats the input: it is right
    where a pulse is, and has an error of 1 elsewhere.

    Solved: the mean squared error is at most 0.01. The outputs then differ from -1 and 1 by 0.1 on
    average (root mean square).

    Args:
        train_examples, validation_examples, test_examples: See `Generated`.
        length: The number of timesteps T, at least 1.
        bits: The number of inputs and outputs, at least 1.
        probability: The probability of a pulse at each input and each timestep but the first,
            from 0 to 1. A pulse is held for 1 / probability timesteps on average.
    """

    metric: ClassVar[str] = "mean_squared_error"
    baseline: ClassVar[float] = 1.0
    threshold: ClassVar[float] = 0.01

    length: int = 64
    bits: int = 3
    probability: float = 0.5

    def __post_init__(self) -> None:
        """Raises ValueError if a field is out of its range."""
        super().__post_init__()
        check_at_least(self, "length", 1)
        check_at_least(self, "bits", 1)
        check_between(self, "probability", 0, 1)

    @property
    def inputs(self) -> Inputs:
        """A number for each bit."""
        return Inputs("numbers", self.bits)

    @property
    def targets(self) -> Targets:
        """A number for each bit, at every timestep."""
        return Targets("numbers", self.bits, per_timestep=True)

    @property
    def guesses(self) -> Mapping[str, float]:
        """The error of a model without memory, which passes the present input on."""
        return {"present input": (1 - self.probability) * (self.length - 1) / self.length}

    @property
    def input_names(self) -> Sequence[str]:
        """The bits, counted from 1."""
        return [f"bit {number}" for number in range(1, self.bits + 1)]

    @property
    def target_names(self) -> Sequence[str]:
        """The bits, counted from 1."""
        return self.input_names

    def draw(self, rng: np.random.Generator, number: int, split: str) -> Examples:
        """Draws x and y of (N, T, bits)."""
        shape = number, self.length, self.bits
        pulses = rng.random(shape, dtype=np.float32) < self.probability
        pulses[:, 0] = True
        signs = 2 * rng.integers(2, size=shape, dtype=np.int8) - np.int8(1)
        steps = np.arange(self.length, dtype=np.intp)[:, None]
        last_pulse = np.maximum.accumulate(np.where(pulses, steps, 0), axis=1)
        held = np.take_along_axis(signs, last_pulse, axis=1)
        return Examples((signs * pulses).astype(np.float32), held.astype(np.float32))
