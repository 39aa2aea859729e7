"""What every unit declares: its states, its neurons in weight order, and one step."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rnnexp.equations.parts import Gate, Neuron, Vector

Activation = Callable[[Any], Any]


@dataclass(frozen=True)
class Equation(ABC):
    """One timestep of a recurrent unit, written as in its paper.

    Letters: B batch, T timesteps, D input features, M units. x_t is (B, D); every state and every
    neuron's output is (B, M).

    A subclass is a frozen dataclass in a file of its own. Its fields are the unit's own arguments:
    activations and numbers, each with a default. Two equations with equal fields are equal. `step`
    computes with `keras.ops` alone. An activation that `step` calls is a field, too, so that the
    layer takes it as an argument and the printed formula names it.

    Attributes:
        states: The names of the states, in the order in which `step` takes and returns them. The
            first one is what the unit puts out.
        memory: The name of the state that carries the memory: what retention and the pictures of
            forgetting are about. The default "" stands for the first state.
        initial: By name of a state, where it starts: a number, or a `Vector` that is learned.
            States that are not named start at zero.
        purpose: What the unit is for, in one or two sentences.
        pitfalls: What people trip over when they use or reimplement it, in one or two sentences.
    """

    states: ClassVar[tuple[str, ...]] = ("h",)
    memory: ClassVar[str] = ""
    initial: ClassVar[Mapping[str, "float | Vector"]] = {}
    purpose: ClassVar[str] = ""
    pitfalls: ClassVar[str] = ""

    @property
    @abstractmethod
    def neurons(self) -> tuple[Neuron, ...]:
        """The neurons, in the order in which their columns stand in the weights."""

    @property
    def vectors(self) -> tuple[Vector, ...]:
        """The unit's own vectors of weights, beside the matrices of its neurons."""
        return ()

    @property
    def gates(self) -> tuple[Gate, ...]:
        """What the paper calls gates: the neurons that have the role of a gate.

        A unit whose gates are computed from several neurons overrides this.
        """
        return tuple(Gate(n.name, n.role, meaning=n.meaning) for n in self.neurons if n.is_gate)

    @abstractmethod
    def step(self, *arguments):
        """Computes the next states.

        Args:
            arguments: The neurons, each to be called as `StepNeuron` says; then the previous states
                (B, M), in the order of `states`; then the vectors, in the order of `vectors`.

        Returns:
            The next state (B, M), or a tuple of them in the order of `states`.
        """

    def check_numbers(self, *, above: float | None = None, least: float | None = None, **fields):
        """Refuses fields that are not numbers in a range; for `__post_init__` of an equation.

        Args:
            above, least: The range: more than `above`, at least `least`.
            fields: The values by name.

        Raises:
            ValueError: One is not a finite number in the range.
        """
        bounds = {"more than": above, "at least": least}
        expected = " and ".join(f"{k} {v:g}" for k, v in bounds.items() if v is not None)
        for name, value in fields.items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            fine = number and math.isfinite(value)
            fine = fine and (above is None or value > above) and (least is None or value >= least)
            if not fine:
                raise ValueError(
                    f"{name} is {value!r}; expected a finite number, {expected}".rstrip(", ")
                )

    @property
    def memory_index(self) -> int:
        """The position of the memory among the states."""
        return self.states.index(self.memory or self.states[0])
