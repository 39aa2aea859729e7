"""The update gate unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class UGRNN(Equation):
    """Collins, Sohl-Dickstein & Sussillo (2017), arXiv 1611.09913, "UGRNN".

        g = σ(x_t W_xg + h_{t-1} W_hg + b_g)
        ĥ = tanh(x_t W_xh + h_{t-1} W_hh + b_h)
        h_t = g ⊙ h_{t-1} + (1 - g) ⊙ ĥ

    g = 1 keeps the old state. b_g starts at 1; TensorFlow 1 adds that 1 in every step instead.
    """

    purpose = (
        "A compromise between a gated unit and a simple one: its single gate decides whether the "
        "state is kept or computed anew."
    )
    pitfalls = (
        "g = 1 keeps the old state, the opposite of the update gate z of Chung's GRU. There is no "
        "reset gate: the candidate always reads all of the old state."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("g", self.recurrent_activation, "update", bias_initializer="ones"),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, g, candidate, h):
        g = g(h)
        return g * h + (1 - g) * candidate(h)
