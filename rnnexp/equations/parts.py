"""What an equation is made of: neurons, own vectors of weights, gates."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

GATE_ROLES = ("update", "reset", "input", "forget", "output")
ROLES = (*GATE_ROLES, "candidate")


@dataclass(frozen=True)
class Neuron:
    """A dense layer on x_t and the vectors that it reads: activation(x_t W_x + v W_h + b).

    Attributes:
        name: How the equation and every plot call it.
        activation: Elementwise function of the pre-activation (B, M).
        role: "update", "reset", "input", "forget", "output" or "candidate".
        reads_input: False for a neuron without x_t W_x.
        recurrent: For a matrix that is derived from the weights: a function of the weight (M, M)
            that gives the matrix W_h (M, M) which multiplies v.
        weights_of: The name of an earlier neuron whose W_x and W_h this one uses, too. Its bias is
            its own.
        bias_initializer: How the bias starts, as `keras.initializers.get` takes it. None leaves it
            to the layer's `bias_initializer`.
        recurrent_initializer: How each of its matrices W_h (M, M) starts, as
            `keras.initializers.get` takes it. None leaves it to the layer's
            `recurrent_initializer`.
        meaning: One sentence that says what the values 0 and 1 of a gate mean. "" where it follows
            from the role and from what a step keeps.

    Raises:
        ValueError: `role` is not one of those above, or `activation` or `recurrent` is no function.
    """

    name: str
    activation: Callable[[Any], Any]
    role: str
    reads_input: bool = True
    recurrent: Callable[[Any], Any] | None = None
    weights_of: str | None = None
    bias_initializer: Any = None
    recurrent_initializer: Any = None
    meaning: str = ""

    def __post_init__(self):
        if self.role not in ROLES:
            raise ValueError(
                f"the neuron {self.name!r} has the role {self.role!r}; expected one of "
                f"{', '.join(ROLES)}"
            )
        if not callable(self.activation):
            raise ValueError(
                f"the neuron {self.name!r} has the activation {self.activation!r}; expected a "
                "function, such as keras.activations.tanh, here and as the default of a field"
            )
        if self.recurrent is not None and not callable(self.recurrent):
            raise ValueError(
                f"the neuron {self.name!r} has recurrent={self.recurrent!r}; expected a function "
                "of the weight (M, M) that gives the matrix (M, M)"
            )

    @property
    def is_gate(self) -> bool:
        """Whether its role is that of a gate."""
        return self.role in GATE_ROLES


@dataclass(frozen=True)
class Vector:
    """A vector of weights, one for each unit, beside the matrices of the neurons.

    Attributes:
        name: How `step`, the layer and every plot call it.
        initializer: How it starts, as `keras.initializers.get` takes it.
        constraint: A function of the vector that gives what it becomes after an update, or None.
        count: How many weights each unit has in it, 1 or more: the vector is (count * M,).

    Raises:
        ValueError: `count` is not a positive integer, or `constraint` is no function.
    """

    name: str
    initializer: Any = "zeros"
    constraint: Callable[[Any], Any] | None = None
    count: int = 1

    def __post_init__(self):
        if not isinstance(self.count, int) or self.count < 1:
            raise ValueError(
                f"the vector {self.name!r} has count={self.count!r}; expected a positive integer"
            )
        if self.constraint is not None and not callable(self.constraint):
            raise ValueError(
                f"the vector {self.name!r} has the constraint {self.constraint!r}; expected a "
                "function, such as keras.constraints.NonNeg()"
            )


@dataclass(frozen=True)
class Gate:
    """A gate, as the paper calls it: which part of something passes, 0 to 1.

    Attributes:
        name: How every plot calls it.
        role: "update", "reset", "input", "forget" or "output".
        value: A function of (neurons, before, after) that gives the gate (B, M): the neurons'
            outputs, the states before the step and the states after it, as attributes by name. None
            for a gate that is the output of the neuron of the same name.
        meaning: One sentence that says what its values 0 and 1 mean. "" where it follows from the
            role and from what a step keeps.

    Raises:
        ValueError: `role` is not one of those above.
    """

    name: str
    role: str
    value: Callable[[Any, Any, Any], Any] | None = None
    meaning: str = ""

    def __post_init__(self):
        if self.role not in GATE_ROLES:
            raise ValueError(
                f"the gate {self.name!r} has the role {self.role!r}; expected one of "
                f"{', '.join(GATE_ROLES)}"
            )


class StepNeuron(ABC):
    """A neuron as `Equation.step` is given it.

    `neuron(h)` is activation(x_t W_x + h W_h + b), of shape (B, M).

    A paper that does something to the products before they are summed takes the neuron in parts:
    `neuron.output(a)` is activation(a + b), and `neuron.input() + neuron.product(h)` is what a
    plain call has for a. In one step a neuron is called once, or its parts are.
    """

    @abstractmethod
    def __call__(self, *vectors, gate=None, plus=None):
        """Computes the neuron's output (B, M).

        Args:
            vectors: What the neuron reads beside x_t, each (B, M) and with a matrix W_h (M, M) of
                its own. None, one or more.
            gate: (B, M), multiplied into the recurrent product:
                activation(x_t W_x + b + gate ⊙ (v W_h + b_h)). The unit then has a second bias b_h.
            plus: (B, M), added to the pre-activation, such as the peephole p ⊙ c_{t-1}.
        """

    @abstractmethod
    def input(self):
        """x_t W_x, of shape (B, M), without the bias."""

    @abstractmethod
    def product(self, *vectors):
        """v W_h, of shape (B, M), without the bias; the sum of the products of several vectors."""

    @abstractmethod
    def output(self, pre_activation):
        """activation(a + b) for a of shape (B, M)."""
