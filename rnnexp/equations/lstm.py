"""The long short-term memory."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class LSTM(Equation):
    """Hochreiter & Schmidhuber (1997), with the forget gate of Gers, Schmidhuber & Cummins (2000).

        i = σ(x_t W_xi + h_{t-1} W_hi + b_i)
        f = σ(x_t W_xf + h_{t-1} W_hf + b_f)
        ĉ = tanh(x_t W_xc + h_{t-1} W_hc + b_c)
        o = σ(x_t W_xo + h_{t-1} W_ho + b_o)
        c_t = f ⊙ c_{t-1} + i ⊙ ĉ
        h_t = o ⊙ tanh(c_t)

    The columns of W_x (D, 4M), W_h (M, 4M) and b (4M,) stand in the order i, f, ĉ, o, as in Keras
    and PyTorch. The forget bias is kept in b_f, nothing is added to it in the forward pass.
    Retention is f.
    """

    purpose = (
        "The most widely used gated unit. The memory c is only multiplied by f and added to, so "
        "that a gradient can pass many timesteps."
    )
    pitfalls = (
        "The forget bias should start at 1 (Keras sets it, PyTorch does not, and its two biases "
        "add up). The order of the gates in the weights differs between libraries."
    )

    states = ("h", "c")
    memory = "c"

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("i", self.recurrent_activation, "input"),
            Neuron("f", self.recurrent_activation, "forget"),
            Neuron("candidate", self.activation, "candidate"),
            Neuron("o", self.recurrent_activation, "output"),
        )

    def step(self, i, f, candidate, o, h, c):
        c = f(h) * c + i(h) * candidate(h)
        h = o(h) * self.activation(c)
        return h, c
