"""The simple recurrent unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class SimpleRNN(Equation):
    """Elman (1990), "Finding structure in time".

        h_t = tanh(x_t W_x + h_{t-1} W_h + b)

    W_x is (D, M), W_h is (M, M), b is (M,). A step keeps nothing of h_{t-1} as it is.
    """

    activation: Activation = activations.tanh

    @property
    def neurons(self):
        return (Neuron("candidate", self.activation, "candidate"),)

    def step(self, candidate, h):
        return candidate(h)
