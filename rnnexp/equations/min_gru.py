"""The GRU whose gate and candidate do not look at the state."""

from dataclasses import dataclass

import keras
from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@keras.saving.register_keras_serializable("rnnexp")
def min_gru_g(x):
    """x + 0.5 where x is 0 or more, σ(x) elsewhere: g(x) of Feng et al. (2024), always positive."""
    return ops.where(x >= 0, x + 0.5, ops.sigmoid(x))


@dataclass(frozen=True)
class MinGRU(Equation):
    """minGRU of Feng, Tung, Ahmed, Bengio & Hajimirsadeghi (2024), arXiv 2410.01201.

        z = σ(x_t W_xz + b_z)
        ĥ = g(x_t W_xh + b_h)
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ ĥ

    z = 1 takes the candidate. g keeps ĥ positive, as the paper's computation in log space needs;
    the paper's main text has ĥ without it, which is activation="linear". There is no recurrent
    matrix: the state enters the next step through the gate's mixture alone.
    """

    purpose = (
        "A GRU whose gate and candidate read only x_t, so that all timesteps can be computed in "
        "parallel."
    )
    pitfalls = (
        "One layer cannot condition its gate on the past; stack at least two. Implementations "
        "differ in min_gru_g: with it, the state is always positive."
    )

    activation: Activation = min_gru_g
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("z", self.recurrent_activation, "update"),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, z, candidate, h):
        z = z()
        return (1 - z) * h + z * candidate()
