"""The simple recurrent unit."""

from dataclasses import dataclass

from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation, Neuron


@dataclass(frozen=True)
class SimpleRNN(Equation):
    """Elman (1990), "Finding structure in time".

        h_t = tanh(x_t W_x + h_{t-1} W_h + b)

    W_x is (D, M), W_h is (M, M), b is (M,). Nothing of h_{t-1} is carried over unchanged: its
    retention is 0.
    """

    activation: Activation = activations.tanh

    @property
    def neurons(self):
        return (Neuron("candidate", self.activation, "candidate"),)

    def step(self, candidate, h):
        return candidate(h)

    def retention(self, candidate):
        return ops.zeros_like(candidate)
