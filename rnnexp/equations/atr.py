"""The addition-subtraction twin-gated unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron


@dataclass(frozen=True)
class ATR(Equation):
    """ATR of Zhang, Xiong, Su, Lin & Zhang (2018), arXiv 1810.12546.

        p = x_t W_xp + b_p
        q = h_{t-1} W_hq + b_q
        i = σ(p + q)
        f = σ(p - q)
        h_t = i ⊙ p + f ⊙ h_{t-1}

    The two gates come from the two products of a simple unit, so that it has no more matrices than
    that. The candidate p has no activation. f = 1 keeps the old state. A large q opens i and shuts
    f. The authors' code has a bias in q alone; b_p starts at 0.
    """

    purpose = (
        "Neural translation at nearly the speed of a simple unit: two gates without matrices of "
        "their own."
    )
    pitfalls = (
        "p is both the candidate and a part of both gates, and neither it nor the state is "
        "squashed: the state can grow without bound. i and f do not sum to 1."
    )

    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("p", activations.linear, "candidate"),
            Neuron("q", activations.linear, "input", reads_input=False),
        )

    @property
    def gates(self):
        return (
            Gate("i", "input", lambda neurons, _, __: self._input_gate(neurons.p, neurons.q)),
            Gate("f", "forget", lambda neurons, _, __: self._forget_gate(neurons.p, neurons.q)),
        )

    def _input_gate(self, p, q):
        return self.recurrent_activation(p + q)

    def _forget_gate(self, p, q):
        return self.recurrent_activation(p - q)

    def step(self, p, q, h):
        p, q = p(), q(h)
        return self._input_gate(p, q) * p + self._forget_gate(p, q) * h
