"""The gated recurrent unit, in the two readings of its update gate and the two places of its reset.

The field disagrees on both, silently. z = 1 takes the new candidate in Chung et al. (2014); it
keeps the old state in Cho et al. (2014), Keras and PyTorch. Negating z's columns in kernel,
recurrent kernel and bias turns one into the other exactly, since σ(-a) = 1 - σ(a). The reset
stands before the recurrent product in both papers; it stands after it in cuDNN and in the defaults
of Keras and PyTorch. Between those there is no conversion: r ⊙ (h W_h) is not (r ⊙ h) W_h.
"""

from dataclasses import dataclass

from keras import activations

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.parts import Neuron


@dataclass(frozen=True)
class GRU(Equation):
    """Chung et al. (2014), arXiv 1412.3555, section 3.2: z = 1 takes the candidate.

        z = σ(x_t W_xz + h_{t-1} W_hz + b_z)
        r = σ(x_t W_xr + h_{t-1} W_hr + b_r)
        ĥ = tanh(x_t W_xh + (r ⊙ h_{t-1}) W_hh + b_h)
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ ĥ

    The columns of W_x (D, 3M), W_h (M, 3M) and b (3M,) stand in the order z, r, ĥ.
    Retention is 1 - z.
    """

    purpose = (
        "A gated unit with one state and three quarters of the LSTM's parameters. It often learns "
        "as well as the LSTM."
    )
    pitfalls = (
        "Libraries disagree on what z = 1 means and on where the reset gate acts. Here z = 1 takes "
        "the candidate, and r acts before the recurrent product."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid

    @property
    def neurons(self):
        return (
            Neuron("z", self.recurrent_activation, "update"),
            Neuron("r", self.recurrent_activation, "reset"),
            Neuron("candidate", self.activation, "candidate"),
        )

    def step(self, z, r, candidate, h):
        z = z(h)
        r = r(h)
        candidate = candidate(r * h)
        return (1 - z) * h + z * candidate


@dataclass(frozen=True)
class KeepGRU(GRU):
    """Cho et al. (2014), arXiv 1406.1078v3, equations 5 to 8: z = 1 keeps the old state.

        z, r, ĥ as in `GRU`
        h_t = z ⊙ h_{t-1} + (1 - z) ⊙ ĥ

    What `keras.layers.GRU(reset_after=False)` computes. Retention is z.
    """

    purpose = (
        "The GRU for weights from Keras with reset_after=False, and for papers in which z = 1 "
        'keeps the old state. The layer is GRU(update_gate="keep").'
    )
    pitfalls = (
        "A positive bias of z makes the memory longer here, and shorter in `GRU`: z here is 1 - z "
        "there."
    )

    def step(self, z, r, candidate, h):
        z = z(h)
        r = r(h)
        candidate = candidate(r * h)
        return z * h + (1 - z) * candidate


@dataclass(frozen=True)
class ResetAfterGRU(GRU):
    """`GRU` with the reset after the recurrent product, as in Cho et al. (2014), 1406.1078v1.

        z, r as in `GRU`, each with a second bias beside h_{t-1} W_h
        ĥ = tanh(x_t W_xh + b_h + r ⊙ (h_{t-1} W_hh + b_hh))
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ ĥ

    b is (2, 3M): beside the input product, beside the recurrent product. Retention is 1 - z.
    """

    purpose = (
        "The GRU whose recurrent products do not depend on the reset gate, so that one matrix "
        "product per step computes all three. The layer is GRU(reset_after=True)."
    )
    pitfalls = (
        "It has a second bias beside the recurrent product. Weights cannot be converted to or from "
        "a GRU that applies the reset gate before the product."
    )

    def step(self, z, r, candidate, h):
        z = z(h)
        r = r(h)
        candidate = candidate(h, gate=r)
        return (1 - z) * h + z * candidate


@dataclass(frozen=True)
class KeepResetAfterGRU(KeepGRU):
    """`KeepGRU` with the reset after the recurrent product: cuDNN's, Keras's and PyTorch's default.

        z, r, ĥ as in `ResetAfterGRU`
        h_t = z ⊙ h_{t-1} + (1 - z) ⊙ ĥ

    Retention is z.
    """

    purpose = (
        "The GRU for weights from Keras's default and from PyTorch, and the one that cuDNN has. "
        'The layer is GRU(update_gate="keep", reset_after=True).'
    )
    pitfalls = (
        "z = 1 keeps the old state. PyTorch stores the gates in the order r, z, n, and Keras in "
        "the order z, r, n."
    )

    def step(self, z, r, candidate, h):
        z = z(h)
        r = r(h)
        candidate = candidate(h, gate=r)
        return z * h + (1 - z) * candidate
