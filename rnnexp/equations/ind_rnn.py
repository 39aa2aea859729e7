"""The independently recurrent unit."""

from dataclasses import dataclass

from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron, Vector

# As a config: an initializer draws a seed when it is made, and a layer shall draw one only.
_UNIFORM = {"class_name": "RandomUniform", "config": {"minval": 0.0, "maxval": 1.0}}


@dataclass(frozen=True)
class IndRNN(Equation):
    """Li, Li, Cook, Zhu & Gao (2018), arXiv 1803.04831, equation 2.

        h_t = ReLU(x_t W_x + u ⊙ h_{t-1} + b)

    Each unit sees its own past alone, through one weight u_n. Where |u_n| is above 1, its gradient
    can grow with every step; the paper keeps |u_n| at most 2^(1/T).

    Attributes:
        recurrent_bound: The largest |u_n| after an update, above 0. None sets no bound.
    """

    purpose = (
        "A unit without a recurrent matrix, for long sequences and deep stacks. |u_n| says how "
        "long unit n can remember."
    )
    pitfalls = (
        "The state explodes over long sequences where |u_n| is above 1; set recurrent_bound. One "
        "layer cannot mix its units, so use at least two."
    )

    activation: Activation = activations.relu
    recurrent_bound: float | None = None

    def __post_init__(self):
        if self.recurrent_bound is not None:
            self.check_numbers(above=0, recurrent_bound=self.recurrent_bound)

    @property
    def neurons(self):
        return (Neuron("candidate", self.activation, "candidate"),)

    @property
    def vectors(self):
        bounded = None if self.recurrent_bound is None else self.bounded
        return (Vector("u", _UNIFORM, bounded),)

    def bounded(self, u):
        """u with every |u_n| at most the bound."""
        bound = self.recurrent_bound or 0.0
        return ops.clip(u, -bound, bound)

    def step(self, candidate, h, u):
        return candidate(plus=u * h)
