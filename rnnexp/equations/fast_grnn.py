"""The gated unit for microcontrollers, whose gate and candidate have the same matrices."""

from dataclasses import dataclass

from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron, Vector


def _constant(value: float) -> dict:
    return {"class_name": "Constant", "config": {"value": value}}


@dataclass(frozen=True)
class FastGRNN(Equation):
    """FastGRNN of Kusupati, Singh, Bhatia, Kumar, Jain & Varma (2018), arXiv 1901.02358.

        z = σ(x_t W_x + h_{t-1} W_h + b_z)
        ĥ = tanh(x_t W_x + h_{t-1} W_h + b_h)
        h_t = z ⊙ h_{t-1} + (σ(ζ) ⊙ (1 - z) + σ(ν)) ⊙ ĥ

    The gate and the candidate share both matrices and differ in their biases, which start at 1.
    z = 1 keeps the old state and adds σ(ν) ⊙ ĥ. ζ and ν are numbers in the paper and vectors (M,)
    here, one number for each unit; they start at 1 and -4 as in the authors' code. The paper's low
    rank, sparse and quantised matrices are ways to compress the trained unit.
    """

    purpose = (
        "Small models for microcontrollers: a gated unit with the two matrices of a simple "
        "recurrent unit."
    )
    pitfalls = (
        "zeta and nu, the paper's ζ and ν, act through sigmoids. Even at z = 1 a step adds "
        "σ(nu) ⊙ candidate, so that the state can grow by σ(nu) with every step."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        z = Neuron(
            "z",
            self.recurrent_activation,
            "forget",
            bias_initializer="ones",
            meaning="1 keeps the old state and adds only σ(nu) of the candidate; 0 replaces it by "
            "σ(zeta) + σ(nu) of the candidate.",
        )
        candidate = Neuron(
            "candidate", self.activation, "candidate", weights_of="z", bias_initializer="ones"
        )
        return z, candidate

    @property
    def vectors(self):
        return Vector("zeta", _constant(1.0)), Vector("nu", _constant(-4.0))

    def step(self, z, candidate, h, zeta, nu):
        z = z(h)
        return z * h + (ops.sigmoid(zeta) * (1 - z) + ops.sigmoid(nu)) * candidate(h)
