"""The LSTM whose gates and candidate do not look at the state."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.min_gru import min_gru_g
from rnnexp.equations.parts import Gate, Neuron


@dataclass(frozen=True)
class MinLSTM(Equation):
    """minLSTM of Feng, Tung, Ahmed, Bengio & Hajimirsadeghi (2024), arXiv 2410.01201.

        f = σ(x_t W_xf + b_f)
        i = σ(x_t W_xi + b_i)
        ĥ = g(x_t W_xh + b_h)
        f' = f / (f + i)
        i' = i / (f + i)
        h_t = f' ⊙ h_{t-1} + i' ⊙ ĥ

    f' and i' sum to 1. There is no recurrent matrix, no output gate and no second state. g keeps ĥ
    positive, as in `MinGRU`; the paper's main text has ĥ without it, which is activation="linear".
    """

    purpose = (
        "An LSTM whose gates and candidate read only x_t, so that all timesteps can be computed in "
        "parallel."
    )
    pitfalls = (
        "The gates that act are f' and i', not f and i: only the ratio of f and i matters. One "
        "layer cannot condition its gates on the past; stack at least two."
    )

    activation: Activation = min_gru_g
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("f", self.recurrent_activation, "forget"),
            Neuron("i", self.recurrent_activation, "input"),
            Neuron("candidate", self.activation, "candidate"),
        )

    @property
    def gates(self):
        return (
            Gate("f_prime", "forget", lambda n, before, after: n.f / (n.f + n.i)),
            Gate("i_prime", "input", lambda n, before, after: n.i / (n.f + n.i)),
        )

    def step(self, f, i, candidate, h):
        f, i = f(), i()
        return f / (f + i) * h + i / (f + i) * candidate()
