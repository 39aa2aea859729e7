"""The LSTM with a refine gate."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron


@dataclass(frozen=True)
class URLSTM(Equation):
    """UR-LSTM of Gu, Gulcehre, Paine, Hoffman & Pascanu (2020), arXiv 1910.09890.

        f = σ(x_t W_xf + h_{t-1} W_hf + b_f)
        r = σ(x_t W_xr + h_{t-1} W_hr + b_r)
        ĉ = tanh(x_t W_xc + h_{t-1} W_hc + b_c)
        o = σ(x_t W_xo + h_{t-1} W_ho + b_o)
        g = r ⊙ (1 - (1 - f)²) + (1 - r) ⊙ f²
        c_t = g ⊙ c_{t-1} + (1 - g) ⊙ ĉ
        h_t = o ⊙ tanh(c_t)

    The refine gate r moves the forget gate f towards 0 or 1, where the gradient of f alone
    vanishes: the effective gate g lies between f² and 1 - (1 - f)². Retention is g. The input gate
    is 1 - g.
    """

    purpose = (
        "An LSTM that learns long time scales more easily, because its refine gate has a gradient "
        "where its forget gate is close to saturation."
    )
    pitfalls = (
        "The U of its name is an initialization, which is an argument of the layer: with "
        'gate_bias="uniform" the retention g is uniform. The paper makes f uniform and starts b_r '
        "at -b_f."
    )

    states = ("h", "c")
    memory = "c"

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("f", self.recurrent_activation, "forget", meaning=_FORGET),
            Neuron("r", self.recurrent_activation, "forget", meaning=_REFINE),
            Neuron("candidate", self.activation, "candidate"),
            Neuron("o", self.recurrent_activation, "output"),
        )

    @property
    def gates(self):
        def effective(neurons, before, after):
            return self.refined(neurons.f, neurons.r)

        f, r, o = super().gates
        return f, r, Gate("g", "forget", effective), o

    def refined(self, f, r):
        """g: f moved by r towards 0 or 1."""
        return r * (1 - (1 - f) ** 2) + (1 - r) * f**2

    def step(self, f, r, candidate, o, h, c):
        g = self.refined(f(h), r(h))
        c = g * c + (1 - g) * candidate(h)
        h = o(h) * self.activation(c)
        return h, c


_FORGET = (
    "0 keeps nothing of the old memory and 1 keeps it, whatever r is; r refines what is between."
)
_REFINE = "0 lowers the forget gate f to f², 1 raises it to 1 - (1 - f)²."
