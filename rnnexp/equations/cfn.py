"""The chaos free network."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron

_MINUS_ONE = {"class_name": "Constant", "config": {"value": -1.0}}


@dataclass(frozen=True)
class CFN(Equation):
    """Chaos free network of Laurent & von Brecht (2017), arXiv 1612.06212.

        f = σ(x_t W_xf + h_{t-1} W_hf + b_f)
        i = σ(x_t W_xi + h_{t-1} W_hi + b_i)
        ĥ = tanh(x_t W_xh + b_h)
        h_t = f ⊙ tanh(h_{t-1}) + i ⊙ ĥ

    f and i are the paper's θ and η. b_f starts at 1 and b_i at -1. The paper has no bias b_h; it
    starts at 0. The candidate does not read the state, so that without inputs the state falls to
    zero: there is no chaos. A step keeps f ⊙ (1 - tanh²(h_{t-1})) of the memory.
    """

    purpose = (
        "A gated unit whose behaviour is predictable: without inputs every state falls to zero, "
        "while LSTM and GRU can be chaotic."
    )
    pitfalls = (
        "The memory passes through tanh at every step, so that it fades even at f = 1. f and i are "
        "two separate gates: |h| can exceed 1, up to 2."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("f", self.recurrent_activation, "forget", bias_initializer="ones"),
            Neuron("i", self.recurrent_activation, "input", bias_initializer=_MINUS_ONE),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, f, i, candidate, h):
        return f(h) * self.activation(h) + i(h) * candidate()
