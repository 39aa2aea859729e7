"""The unit with two learned time steps."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Gate, Neuron


@dataclass(frozen=True)
class LEM(Equation):
    """Long expressive memory, Rusch, Mishra, Erichson & Mahoney (2022), arXiv 2110.04744.

        Δt_z = Δt σ(x_t W_x1 + y_{t-1} W_h1 + b_1)
        Δt_y = Δt σ(x_t W_x2 + y_{t-1} W_h2 + b_2)
        z_t = (1 - Δt_z) ⊙ z_{t-1} + Δt_z ⊙ tanh(x_t W_xz + y_{t-1} W_hz + b_z)
        y_t = (1 - Δt_y) ⊙ y_{t-1} + Δt_y ⊙ tanh(x_t W_xy + z_t W_hy + b_y)

    An implicit-explicit Euler step of two coupled differential equations. Each unit has a time step
    of its own for each of them: the gates dt_z and dt_y, which are Δt times the neurons s_z and
    s_y. The output y reads the new z. A step keeps 1 - Δt_z of the memory z.

    Attributes:
        time_step: Δt, above 0: the largest time step. The authors' code has 1 by default.
    """

    purpose = (
        "A unit for sequences with several time scales. Its gradients have bounds that do not grow "
        "exponentially with the length."
    )
    pitfalls = (
        "The output is y, but the memory is z. Descriptions of it sometimes use one time step for "
        "both states. With time_step above 1, a step can overshoot."
    )

    states = ("y", "z")
    memory = "z"

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid
    time_step: float = 1.0

    def __post_init__(self):
        self.check_numbers(above=0, time_step=self.time_step)

    @property
    def neurons(self):
        return (
            Neuron("s_z", self.recurrent_activation, "update"),
            Neuron("s_y", self.recurrent_activation, "update"),
            Neuron("z_hat", self.activation, "candidate"),
            Neuron("y_hat", self.activation, "candidate"),
        )

    @property
    def gates(self):
        return (
            Gate(
                "dt_z",
                "update",
                lambda neurons, before, after: self.time_step * neurons.s_z,
                meaning="The time step of z: 0 keeps the old z, 1 replaces it by its candidate.",
            ),
            Gate(
                "dt_y",
                "update",
                lambda neurons, before, after: self.time_step * neurons.s_y,
                meaning="The time step of y: 0 keeps the old y, 1 replaces it by its candidate.",
            ),
        )

    def step(self, s_z, s_y, z_hat, y_hat, y, z):
        dt_z = self.time_step * s_z(y)
        dt_y = self.time_step * s_y(y)
        z = (1 - dt_z) * z + dt_z * z_hat(y)
        y = (1 - dt_y) * y + dt_y * y_hat(z)
        return y, z
