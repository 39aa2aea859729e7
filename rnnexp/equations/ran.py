"""The recurrent additive network."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class RAN(Equation):
    """Lee, Levy & Zettlemoyer (2017), arXiv 1705.07393, "Recurrent additive networks".

        ĉ = x_t W_xc + b_c
        i = σ(x_t W_xi + h_{t-1} W_hi + b_i)
        f = σ(x_t W_xf + h_{t-1} W_hf + b_f)
        c_t = f ⊙ c_{t-1} + i ⊙ ĉ
        h_t = tanh(c_t)

    An LSTM whose candidate is linear in x_t and does not read the state, without an output gate:
    c_t is a weighted sum of the inputs. activation="linear" is the paper's second variant. The
    paper has no bias b_c; it starts at 0. The recurrent kernel (M, 2M) holds W_hi, then W_hf.
    """

    states = ("h", "c")
    memory = "c"
    purpose = (
        "A memory that can be read: c_t is a weighted sum of the inputs, with weights that the "
        "gates give. It shows how little of an LSTM language models need."
    )
    pitfalls = (
        "The sum is not squashed: c_t can grow with every step where both gates are open. "
        "The forget bias starts at 0, unlike the LSTM's."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("candidate", activations.linear, "candidate"),
            Neuron("i", self.recurrent_activation, "input"),
            Neuron("f", self.recurrent_activation, "forget"),
        )

    def step(self, candidate, i, f, h, c):
        c = f(h) * c + i(h) * candidate()
        return self.activation(c), c
