"""The minimal gated unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class MGU(Equation):
    """Zhou, Wu, Zhang & Zhou (2016), arXiv 1603.09420, "Minimal gated unit for recurrent
    neural networks".

        f = σ(x_t W_xf + h_{t-1} W_hf + b_f)
        ĥ = tanh(x_t W_xh + (f ⊙ h_{t-1}) W_hh + b_h)
        h_t = (1 - f) ⊙ h_{t-1} + f ⊙ ĥ

    A GRU whose one gate f is both its update and its reset gate. f = 1 takes the candidate, in
    spite of its name.
    """

    purpose = "A GRU with a single gate and two thirds of its parameters, for small models."
    pitfalls = (
        "The gate is called the forget gate, but f = 1 takes the candidate. Flax's MGU keeps the "
        "old state with f = 1 and applies f after the recurrent product."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("f", self.recurrent_activation, "update"),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, f, candidate, h):
        f = f(h)
        candidate = candidate(f * h)
        return (1 - f) * h + f * candidate
