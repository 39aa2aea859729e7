"""The LSTM with only a forget gate."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron


@dataclass(frozen=True)
class JANET(Equation):
    """van der Westhuizen & Lasenby (2018), arXiv 1804.04849, "just another network".

        s = x_t W_xs + h_{t-1} W_hs + b_s
        ĉ = tanh(x_t W_xc + h_{t-1} W_hc + b_c)
        f = σ(s)
        i = 1 - σ(s - β)
        h_t = f ⊙ h_{t-1} + i ⊙ ĉ

    The memory is the output, so there is one state. With β above 0, f + i is above 1: more is taken
    in than is forgotten. b_s starts at 1.

    Attributes:
        beta: β, any number. 0 makes h_t a mixture of h_{t-1} and ĉ.
    """

    purpose = (
        "An LSTM with half of its parameters: the forget gate alone, without input and output "
        "gates. The paper reports better results than the LSTM's on images read pixel by pixel."
    )
    pitfalls = (
        "Its results depend on the initial forget bias: the paper draws it from the length of the "
        'sequences (gate_bias="chrono"). With beta=0 it is the UGRNN.'
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid
    beta: float = 1.0

    def __post_init__(self):
        self.check_numbers(beta=self.beta)

    @property
    def neurons(self):
        return (
            Neuron("s", activations.linear, "forget", bias_initializer="ones"),
            Neuron("candidate", self.activation, "candidate"),
        )

    @property
    def gates(self):
        return (
            Gate(
                "f",
                "forget",
                lambda neurons, before, after: self.forget(neurons.s),
                meaning="1 keeps the old state and 0 erases it. i follows from the same s, so that "
                "f = 1 adds nothing and f = 0 writes the whole candidate.",
            ),
            Gate(
                "i",
                "input",
                lambda neurons, before, after: self.let_in(neurons.s),
                meaning="1 writes the whole candidate and 0 nothing. f follows from the same s: f "
                "is near 0 where i is near 1. With beta above 0, f + i is above 1.",
            ),
        )

    def forget(self, s):
        """f: which part of the old state is kept."""
        return self.recurrent_activation(s)

    def let_in(self, s):
        """i: which part of the candidate is taken."""
        return 1 - self.recurrent_activation(s - self.beta)

    def step(self, s, candidate, h):
        s = s(h)
        return self.forget(s) * h + self.let_in(s) * candidate(h)
