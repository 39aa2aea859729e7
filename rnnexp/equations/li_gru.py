"""The light GRU: one gate, ReLU, no reset."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class LiGRU(Equation):
    """LiGRU of Ravanelli, Brakel, Omologo & Bengio (2018), arXiv 1803.10225.

        z = σ(x_t W_xz + h_{t-1} W_hz + b_z)
        ĥ = ReLU(x_t W_xh + h_{t-1} W_hh + b_h)
        h_t = z ⊙ h_{t-1} + (1 - z) ⊙ ĥ

    A GRU without the reset gate. z = 1 keeps the old state. The paper normalises x_t W_xz and
    x_t W_xh over the batch. This is left out, because an equation computes each sequence by itself;
    the biases stand for the shifts of the normalisation.
    """

    purpose = (
        "Speech recognition with a third fewer parameters than a GRU: the reset gate is removed "
        "and ReLU replaces tanh."
    )
    pitfalls = (
        "The paper relies on batch normalisation of the input products, which is not part of this "
        "unit. Without it the state has no upper bound: use orthogonal recurrent matrices, small "
        "learning rates and gradient clipping."
    )

    activation: Activation = activations.relu
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("z", self.recurrent_activation, "update"),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, z, candidate, h):
        z = z(h)
        return z * h + (1 - z) * candidate(h)
