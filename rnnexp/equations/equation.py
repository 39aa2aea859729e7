"""What every unit declares: its states, its neurons in weight order, and one step."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

Activation = Callable[[Any], Any]


@dataclass(frozen=True)
class Neuron:
    """A dense layer on the concatenation of x_t and a vector v: activation(x_t W_x + v W_h + b).

    name: how the equation and every plot call it.
    activation: elementwise function of the pre-activation (B, M).
    role: "update", "reset", "input", "forget", "output" or "candidate".
    """

    name: str
    activation: Activation
    role: str


class Equation(ABC):
    """One timestep of a recurrent unit, written as in its paper.

    Letters: B batch, T timesteps, D input features, M units. x_t is (B, D); every state and every
    neuron's output is (B, M).

    `states` names the states in the order in which `step` takes and returns them; the first one is
    what the unit puts out. Equations are values: two with equal fields are equal.
    """

    states: ClassVar[tuple[str, ...]] = ("h",)

    @property
    @abstractmethod
    def neurons(self) -> tuple[Neuron, ...]:
        """The neurons, in the order in which their columns stand in the weights."""

    @abstractmethod
    def step(self, *neurons_and_states):
        """Takes the neurons as callables, then the previous states; returns the next states.

        A neuron is called with the vector v (B, M) that it reads beside x_t, and returns its output
        (B, M). `neuron(v, gate=r)` multiplies r into the recurrent product instead of the vector:
        activation(x_t W_x + b + r ⊙ (v W_h + b_h)).
        """

    @abstractmethod
    def retention(self, *outputs):
        """The fraction of the old state that a step keeps, 0 to 1, from the neurons' outputs."""
