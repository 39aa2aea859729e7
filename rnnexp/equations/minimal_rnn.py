"""The unit that only updates a state with a latent input."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class MinimalRNN(Equation):
    """Chen (2017), arXiv 1711.06788, "MinimalRNN".

        z = tanh(x_t W_xz + b_z)
        u = σ(h_{t-1} W_hu + z W_h2u + b_u)
        h_t = u ⊙ h_{t-1} + (1 - u) ⊙ z

    z is a latent input that does not read the state; u = 1 keeps the old state. The gate reads x_t
    only through z, so the kernel (D, M) has the columns of z alone, and the recurrent kernel
    (M, 2M) those of W_hu, then W_h2u.
    """

    purpose = (
        "A unit that is simple enough for mean-field theory. Each state is a weighted average of "
        "latent inputs, which makes it easy to interpret."
    )
    pitfalls = (
        "The state can only move within the range of the latent inputs. For long sequences, draw "
        "the initial b_u so that u is near 1."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("z", self.activation, "candidate"),
            Neuron("u", self.recurrent_activation, "update", reads_input=False),
        )

    def step(self, z, u, h):
        z = z()
        u = u(h, z)
        return u * h + (1 - u) * z
