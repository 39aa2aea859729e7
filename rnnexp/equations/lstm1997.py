"""The LSTM before it had a forget gate."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class LSTM1997(Equation):
    """Hochreiter & Schmidhuber (1997), "Long short-term memory", Neural Computation 9(8).

        i = σ(x_t W_xi + h_{t-1} W_hi + b_i)
        ĉ = tanh(x_t W_xc + h_{t-1} W_hc + b_c)
        o = σ(x_t W_xo + h_{t-1} W_ho + b_o)
        c_t = c_{t-1} + i ⊙ ĉ
        h_t = o ⊙ tanh(c_t)

    A step keeps all of c. The paper has 4 σ(a) - 2 in place of the first tanh and 2 σ(a) - 1 in
    place of the second, and truncates the gradient at the gates; here it flows in full.
    """

    purpose = (
        "The LSTM without a forget gate. Beside the LSTM, it shows what the forget gate "
        "contributes."
    )
    pitfalls = (
        "Nothing removes what is stored: |c| can grow with every timestep, tanh(c) saturates, and "
        "the output carries no more information. Long sequences without a reset of the state need "
        "the forget gate of Gers et al. (2000)."
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

    def step(self, i, candidate, o, h, c):
        c = c + i(h) * candidate(h)
        h = o(h) * self.activation(c)
        return h, c
