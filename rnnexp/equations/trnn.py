"""The strongly typed simple unit."""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class TRNN(Equation):
    """T-RNN of Balduzzi & Ghifary (2016), arXiv 1602.02218.

        z = x_t W_xz + b_z
        f = σ(x_t W_xf + b_f)
        h_t = f ⊙ h_{t-1} + (1 - f) ⊙ z

    No matrix multiplies the state, so that all states are averages of features of the inputs: they
    have the type of z. f = 1 keeps the old state. The paper's z has no bias; b_z starts at 0.
    """

    purpose = (
        "A moving average of the inputs whose weights depend on the inputs. All timesteps can be "
        "computed in parallel, as in the later minGRU."
    )
    pitfalls = (
        "The gate cannot depend on the past within a layer: stack layers. z has no activation: put "
        "one between the layers."
    )

    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("z", activations.linear, "candidate"),
            Neuron("f", self.recurrent_activation, "update"),
        )

    def step(self, z, f, h):
        f = f()
        return f * h + (1 - f) * z()
