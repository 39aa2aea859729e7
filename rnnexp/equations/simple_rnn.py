"""The simple recurrent unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class SimpleRNN(Equation):
    """Elman (1990), "Finding structure in time".

        h_t = tanh(x_t W_x + h_{t-1} W_h + b)

    W_x is (D, M), W_h is (M, M), b is (M,). A step keeps nothing of h_{t-1} as it is.
    """

    purpose = (
        "The simplest recurrent unit, and the baseline that every gated unit is compared with. It "
        "rarely learns dependencies over more than tens of timesteps."
    )
    pitfalls = (
        "Gradients vanish or explode with the powers of W_h, so the initial scale of W_h decides "
        "what can be learned; an orthogonal W_h delays both."
    )

    activation: Activation = activations.tanh

    @property
    def neurons(self):
        return (Neuron("candidate", self.activation, "candidate"),)

    def step(self, candidate, h):
        return candidate(h)
