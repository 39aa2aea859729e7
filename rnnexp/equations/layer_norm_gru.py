"""The GRU with layer normalisation."""

from dataclasses import dataclass

from keras import activations, ops

from rnnexp.equations.equation import Activation, Equation
from rnnexp.equations.layer_norm import normalized
from rnnexp.equations.parts import Neuron, Vector


@dataclass(frozen=True)
class LayerNormGRU(Equation):
    """Ba, Kiros & Hinton (2016), arXiv 1607.06450, the GRU of the supplementary material.

        [a_z, a_r] = LN(h_{t-1} [W_hz, W_hr]; g_h) + LN(x_t [W_xz, W_xr]; g_x) + [b_z, b_r]
        z, r = σ(a_z), σ(a_r)
        ĥ = tanh(LN(x_t W_xh; g_xh) + b_h + r ⊙ (LN(h_{t-1} W_hh; g_hh) + b_hh))
        h_t = (1 - z) ⊙ h_{t-1} + z ⊙ ĥ

    LN(a; g) = g ⊙ (a - mean(a)) / √(variance(a) + ε), over the 2M numbers of both gates together,
    and over the M numbers of each product of the candidate. All shifts but b_hh are in the bias.
    z = 1 takes the candidate; the reset stands after the recurrent product. Retention is 1 - z.

    Attributes:
        epsilon: ε, above 0.
    """

    purpose = (
        "A GRU that is normalized in every timestep, for stable training with small batches or "
        "long sequences. The paper trains skip-thought vectors with it."
    )
    pitfalls = (
        "z = 1 takes the candidate in the paper; in the authors' code it keeps the old state, as "
        "in Keras. The two gates are normalized together, so each affects the other's scale."
    )

    activation: Activation = activations.tanh
    recurrent_activation: Activation = activations.sigmoid
    epsilon: float = 1e-5

    def __post_init__(self):
        self.check_numbers(above=0, epsilon=self.epsilon)

    @property
    def neurons(self):
        return (
            Neuron("z", self.recurrent_activation, "update"),
            Neuron("r", self.recurrent_activation, "reset"),
            Neuron("candidate", self.activation, "candidate"),
        )

    @property
    def vectors(self):
        return (
            Vector("g_h", "ones", count=2),
            Vector("g_x", "ones", count=2),
            Vector("g_hh", "ones"),
            Vector("g_xh", "ones"),
            Vector("b_hh"),
        )

    def step(self, z, r, candidate, h, g_h, g_x, g_hh, g_xh, b_hh):
        from_h = ops.concatenate([z.product(h), r.product(h)], axis=-1)
        from_x = ops.concatenate([z.input(), r.input()], axis=-1)
        a_z, a_r = ops.split(
            self._normalized(from_h, g_h) + self._normalized(from_x, g_x), 2, axis=-1
        )
        z, r = z.output(a_z), r.output(a_r)
        from_h = self._normalized(candidate.product(h), g_hh) + b_hh
        from_x = self._normalized(candidate.input(), g_xh)
        return (1 - z) * h + z * candidate.output(from_x + r * from_h)

    def _normalized(self, a, gain):
        return normalized(a, gain, self.epsilon)
