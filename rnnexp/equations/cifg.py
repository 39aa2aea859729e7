"""The LSTM whose forget gate is one minus its input gate."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron


@dataclass(frozen=True)
class CIFG(Equation):
    """Greff, Srivastava, Koutník, Steunebrink & Schmidhuber (2017), arXiv 1503.04069, "CIFG".

        i = σ(x_t W_xi + h_{t-1} W_hi + b_i)
        ĉ = tanh(x_t W_xc + h_{t-1} W_hc + b_c)
        o = σ(x_t W_xo + h_{t-1} W_ho + b_o)
        f = 1 - i
        c_t = f ⊙ c_{t-1} + i ⊙ ĉ
        h_t = o ⊙ tanh(c_t)

    The coupled input and forget gate, without the peepholes of the paper's baseline. Retention is
    1 - i.
    """

    purpose = (
        "An LSTM with three quarters of its parameters. In the paper's comparison of eight "
        "variants it performs about as well as the LSTM."
    )
    pitfalls = (
        "Here i is computed and f = 1 - i, as in the paper; TensorFlow 1 computes f and adds a "
        "forget bias of 1 to it. The weights are the same with the opposite sign. b_i starts at 0."
    )

    states = ("h", "c")
    memory = "c"

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("i", self.recurrent_activation, "input"),
            Neuron("candidate", self.activation, "candidate"),
            Neuron("o", self.recurrent_activation, "output"),
        )

    @property
    def gates(self):
        return (
            Gate("i", "input"),
            Gate("f", "forget", lambda neurons, before, after: 1 - neurons.i),
            Gate("o", "output"),
        )

    def step(self, i, candidate, o, h, c):
        i = i(h)
        c = (1 - i) * c + i * candidate(h)
        h = o(h) * self.activation(c)
        return h, c
