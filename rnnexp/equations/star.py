"""The stackable recurrent unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class STAR(Equation):
    """STAR of Turkoglu, D'Aronco, Wegner & Schindler (2019), arXiv 1911.11033.

        k = σ(x_t W_xk + h_{t-1} W_hk + b_k)
        ĥ = tanh(x_t W_xh + b_h)
        h_t = tanh((1 - k) ⊙ h_{t-1} + k ⊙ ĥ)

    k = 1 takes the candidate, which the paper calls z. Because of the outer tanh a step keeps
    (1 - k) ⊙ (1 - h_t²) of the memory, less than 1 - k. The recurrent kernel is W_hk (M, M).
    """

    purpose = (
        "Deep stacks of recurrent layers: one gate, few parameters, and gradients that neither "
        "vanish nor explode from layer to layer."
    )
    pitfalls = (
        "The outer tanh shrinks the memory even at k = 0. Published implementations differ: in "
        "some k = 1 keeps, and some start the gate's bias at 1 or by the chrono rule. They start "
        "all matrices orthogonal."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("k", self.recurrent_activation, "update"),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, k, candidate, h):
        k = k(h)
        return self.activation((1 - k) * h + k * candidate())
