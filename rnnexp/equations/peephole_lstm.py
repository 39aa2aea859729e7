"""The LSTM whose gates see the memory."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron, Vector


@dataclass(frozen=True)
class PeepholeLSTM(Equation):
    """Gers, Schraudolph & Schmidhuber (2002), "Learning precise timing with LSTM
    recurrent networks".

        i = σ(x_t W_xi + h_{t-1} W_hi + p_i ⊙ c_{t-1} + b_i)
        f = σ(x_t W_xf + h_{t-1} W_hf + p_f ⊙ c_{t-1} + b_f)
        ĉ = tanh(x_t W_xc + h_{t-1} W_hc + b_c)
        c_t = f ⊙ c_{t-1} + i ⊙ ĉ
        o = σ(x_t W_xo + h_{t-1} W_ho + p_o ⊙ c_t + b_o)
        h_t = o ⊙ tanh(c_t)

    The output gate sees the new memory c_t, the others the old one. b_f starts at 1 (Jozefowicz et
    al. 2015).
    """

    purpose = "An LSTM whose gates read the memory, for tasks that need precise timing or counting."
    pitfalls = (
        "The output gate reads the new memory c_t, the other gates the old one. The peepholes are "
        "vectors here and in the paper, and matrices in some implementations."
    )

    states = ("h", "c")
    memory = "c"

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("i", self.recurrent_activation, "input"),
            Neuron("f", self.recurrent_activation, "forget", bias_initializer="ones"),
            Neuron("candidate", self.activation, "candidate"),
            Neuron("o", self.recurrent_activation, "output"),
        )

    @property
    def vectors(self):
        return Vector("p_i"), Vector("p_f"), Vector("p_o")

    def step(self, i, f, candidate, o, h, c, p_i, p_f, p_o):
        c_next = f(h, plus=p_f * c) * c + i(h, plus=p_i * c) * candidate(h)
        h = o(h, plus=p_o * c_next) * self.activation(c_next)
        return h, c_next
