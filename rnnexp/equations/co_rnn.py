"""The coupled oscillatory unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class CoRNN(Equation):
    """coRNN of Rusch & Mishra (2021), arXiv 2010.00951, equation 3.

        v_t = v_{t-1} + Δt (tanh(x_t W_x + h_{t-1} W_h + v_{t-1} W_v + b) - γ h_{t-1} - ε v_{t-1})
        h_t = h_{t-1} + Δt v_t

    Each unit is a damped, driven oscillator with the position h and the velocity v. The recurrent
    kernel (M, 2M) holds W_h, then W_v. The damping ε acts on the old velocity, as in the authors'
    code. A step keeps 1 - γ Δt² of h.

    Attributes:
        time_step: Δt, above 0.
        frequency: γ, 0 or more: the squared frequency of an oscillator alone.
        damping: ε, 0 or more.
    """

    purpose = (
        "A network of oscillators with bounds on its gradients, for sequences of thousands of "
        "timesteps."
    )
    pitfalls = (
        "time_step, frequency and damping depend on the task; the paper tunes them for each data "
        "set. The paper allows the damping to act on the old or the new velocity; libraries "
        "differ."
    )

    states = ("h", "v")

    activation: Activation = activations.tanh
    time_step: float = 0.042
    frequency: float = 2.7
    damping: float = 4.7

    def __post_init__(self):
        self.check_numbers(above=0, time_step=self.time_step)
        self.check_numbers(least=0, frequency=self.frequency, damping=self.damping)

    @property
    def neurons(self):
        return (Neuron("candidate", self.activation, "candidate"),)

    def step(self, candidate, h, v):
        force = candidate(h, v) - self.frequency * h - self.damping * v
        v = v + self.time_step * force
        return h + self.time_step * v, v
